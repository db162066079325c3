using System.Globalization;
using MoE.Actors.Storage.Marks;
using MoE.Compute;

namespace MoE.Actors.Gate.Recovery;

/// <summary>What of a log was acknowledged and is not in it any more.</summary>
/// <param name="Text">What is lost, and what to do.</param>
/// <param name="IsRefused">Whether the model must not be gone on with.</param>
internal sealed record LogLoss(string Text, bool IsRefused)
{
    private const string Remedy =
        "restore the data from a backup, or start with another data directory (or moe.model).";

    /// <summary>Compares a log that was read with what its store knows of it; null where nothing is missing.</summary>
    public static LogLoss? Of(LogEvidence evidence, GateReplay log) => evidence switch
    {
        { Mismatch: { } mismatch } => Refused($"{mismatch} Nothing was changed: {Remedy}"),
        _ when log.Events == 0 => log.Damages.Count > 0 ? null : OfEmpty(evidence),
        { Problem: { } problem } => new(
            $"{problem} The next run continues where the log ends, and writes that file again.", IsRefused: false),
        { Last: { } last } => Of(last, evidence.File, log),
        _ => null,
    };

    private static LogLoss? OfEmpty(LogEvidence evidence) => evidence switch
    {
        { Last: { } last } => Refused(string.Create(CultureInfo.InvariantCulture,
            $"The log is empty, but a model with {last.Rows:N0} acknowledged rows was stored here: {Remedy}")),
        _ when evidence.HasImages() => Refused(
            "The log is empty, but images of a model are stored here: if an import was interrupted, repeat it; "
            + $"otherwise {Remedy}"),
        _ => null,
    };

    private static LogLoss? Of(Acknowledged last, string file, GateReplay log)
    {
        if (log.State.Accepted < last.Batch)
            return log.LastSequence >= last.Sequence && log.Damages.Count > 0 ? null : OfRows(last, log);
        if (last.Checksum != 0 && log.BatchOf(last.Batch) is { } batch
            && LogMark.ChecksumOf(last.Batch, batch) != last.Checksum)
            return Refused(string.Create(CultureInfo.InvariantCulture,
                $"The log is not the one that was acknowledged: batch {last.Batch:N0} has other rows than {file} ")
                + $"recorded. Restore the data from a backup, or delete {file} to continue with this log.");
        return log.LastSequence >= last.Sequence ? null : new(string.Create(CultureInfo.InvariantCulture,
            $"The log ends with event {log.LastSequence:N0}, but event {last.Sequence:N0} was stored: no row is ")
            + "lost, but a change of the pool may be; see 'moe experts list'.", IsRefused: false);
    }

    private static LogLoss OfRows(Acknowledged last, GateReplay log)
    {
        var culture = CultureInfo.InvariantCulture;
        var lost = last.Rows - log.State.Sources.Values.Sum(source => source.Rows);
        var here = log.State.Sources.TryGetValue(last.Source, out var position)
            && LogMark.NameIn(log.State, last.Source) == last.Name ? position.Offset : 0;
        var rows = string.Create(culture, $"rows {here + 1:N0} to {last.Offset:N0} of {last.Name}");
        var text = string.Create(culture, $"{lost:N0} acknowledged rows are lost: ")
            + (lost > last.Offset - here ? $"the last of them are {rows}. " : $"{rows}. ")
            + string.Create(culture, $"The log ends after batch {log.State.Accepted:N0}; batch {last.Batch:N0} was ")
            + "stored. "
            + "Files and generators supply these rows again; rows of standard input must be sent again, with "
            + string.Create(culture, $"--offset {here}.");
        return new(PlainText.OneLine(text), IsRefused: false);
    }

    private static LogLoss Refused(string text) => new(text, IsRefused: true);
}
