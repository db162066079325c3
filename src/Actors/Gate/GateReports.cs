using Akka.Actor;
using MoE.Actors.Devices;
using MoE.Compute;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Gate;

/// <summary>Reports of the whole model as it is between two batches.</summary>
internal sealed class GateReports(GateCore core)
{
    private readonly ReportCollector<IActorRef> _collector = new();

    /// <summary>Whether no batch may begin until those under way are done, because a report waits.</summary>
    public bool IsAsked => _collector.IsAsked;

    /// <summary>Notes who asks for one.</summary>
    public void Ask(IActorRef asker) => _collector.Ask(asker);

    /// <summary>Whether an expert's fingerprint is still to come.</summary>
    public bool Awaits(long key) => _collector.Awaits(key);

    /// <summary>Begins one, once nothing is under way.</summary>
    public void BeginWhenDrained()
    {
        if (!core.IsDrained || !_collector.Begin())
            return;
        foreach (var expert in core.Directory.Ready)
            expert.Tell(new TakeFingerprint(expert.Epoch));
    }

    /// <summary>Takes an expert's fingerprint, and reports with the last of them.</summary>
    public void Take(FingerprintTaken taken)
    {
        var members = core.Gate.Roster.Members;
        if (_collector.Take(taken.Key, taken.Value, members.Select(member => member.Key)) is not { } fingerprints)
            return;
        var whole = Fingerprints.Combine([Fingerprints.Of(core.Gate.SaveEncoding),
            Fingerprints.Of(core.Gate.SaveMixing), .. fingerprints]);
        foreach (var asker in _collector.End())
            asker.Tell(new MixtureReport(
                core.Gate.Scores(), core.Gate.ExpertScores(), core.Ingest.Duplicates, whole, core.Gate.Roster)
            {
                Devices = [.. members.Select(member => core.Devices.Of(member) ?? Placement.Cpu.Device)],
            });
        core.Shell.Advance();
    }
}

/// <summary>Who waits for a report of the whole model, and the experts' fingerprints that it still needs.</summary>
internal sealed class ReportCollector<T>
{
    private readonly List<T> _askers = [];
    private Dictionary<long, string>? _fingerprints;

    /// <summary>Whether no batch may begin until those under way are done, for somebody waits for the whole.</summary>
    public bool IsAsked => _askers.Count > 0;

    /// <summary>Somebody waits for a report.</summary>
    public void Ask(T asker) => _askers.Add(asker);

    /// <summary>Begins a report of the model as it is; false where nobody waits, or one is in the making.</summary>
    public bool Begin()
    {
        if (_askers.Count == 0 || _fingerprints is not null)
            return false;
        _fingerprints = [];
        return true;
    }

    /// <summary>Whether an expert's fingerprint is still to come.</summary>
    public bool Awaits(long key) => _fingerprints is { } taken && !taken.ContainsKey(key);

    /// <summary>Takes an expert's fingerprint; answers those of all members, in order, once they are there.</summary>
    public IReadOnlyList<string>? Take(long key, string fingerprint, IEnumerable<long> members)
    {
        if (_fingerprints is not { } taken)
            return null;
        taken[key] = fingerprint;
        List<string> all = [];
        foreach (var member in members)
        {
            if (!taken.TryGetValue(member, out var its))
                return null;
            all.Add(its);
        }
        return all;
    }

    /// <summary>Ends the report; answers who waited for it.</summary>
    public IReadOnlyList<T> End()
    {
        T[] askers = [.. _askers];
        _askers.Clear();
        _fingerprints = null;
        return askers;
    }
}
