using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using static MoE.Actors.Gate.GateProducers;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Serialization;

/// <summary>How the messages between a gate and those who feed or ask it lie on a wire.</summary>
internal static class GateMessages
{
    /// <summary>Bytes of a name at least: its column and a length.</summary>
    private const int TermBytes = 16;

    /// <summary>Bytes of an expert's score at least: a length and three numbers.</summary>
    private const int ScoreBytes = 32;

    /// <summary>Bytes of a command at least: its kind and a length.</summary>
    private const int CommandBytes = 16;

    /// <summary>The formats, a message each.</summary>
    public static IReadOnlyList<WireFormat> Formats { get; } =
    [
        WireFormat.Of<BeginProducer>("moe.begin-producer.1",
            (state, m) => ProgressFormat.Write(state, m.Source), state => new(ProgressFormat.ReadId(state))),
        WireFormat.Of<Go>("moe.go.1", (_, _) => { }, _ => Go.Instance),
        WireFormat.Of<OfferRows>("moe.offer-rows.1", Write,
            state => new(RowBatchFormat.Read(state), state.ReadList(CommandBytes, ReadCommand))),
        WireFormat.Of<EndProducer>("moe.end-producer.1",
            (state, m) => state.WriteFlag(m.IsBroken), state => new(state.ReadFlag())),
        WireFormat.Of<BatchLearned>("moe.batch-learned.1",
            (state, m) => OutcomeFormat.Write(state, m.Outcome), state => new(OutcomeFormat.Read(state))),
        WireFormat.Of<ProducerEnded>("moe.producer-ended.1",
            (state, m) => state.WriteOptional(m.Cause, Write), state => new(state.ReadOptional(ReadCause))),
        WireFormat.Of<GetProgress>("moe.get-progress.1",
            (state, m) => ProgressFormat.Write(state, m.Source), state => new(ProgressFormat.ReadId(state))),
        WireFormat.Of<SourceProgress>("moe.source-progress.1", Write, ReadProgress),
        WireFormat.Of<ChangePool>("moe.change-pool.1",
            (state, m) => Write(state, m.Command), state => new(ReadCommand(state))),
        WireFormat.Of<PoolChanged>("moe.pool-changed.1", Write,
            state => new(state.ReadOptional(RosterFormat.ReadChange), state.ReadText())),
        WireFormat.Of<GetReport>("moe.get-report.1", (_, _) => { }, _ => new GetReport()),
        WireFormat.Of<MixtureReport>("moe.mixture-report.1", Write, ReadReport),
        WireFormat.Of<Close>("moe.close.1", (_, _) => { }, _ => new Close()),
    ];

    private static void Write(StateWriter state, OfferRows m)
    {
        RowBatchFormat.Write(state, m.Rows);
        state.WriteList(m.Commands, Write);
    }

    private static void Write(StateWriter state, EndCause cause)
    {
        state.Write((long)cause.By);
        state.Write(cause.Reason);
    }

    private static EndCause ReadCause(StateReader state) =>
        new((EndedBy)state.ReadCount((int)EndedBy.Model), state.ReadString());

    private static void Write(StateWriter state, SourceProgress m)
    {
        state.Write(m.Offset);
        state.Write(m.SourceRows);
        state.Write(m.Rows);
        state.WriteList(m.Terms, (writer, term) =>
        {
            writer.Write((long)term.Column);
            writer.Write(term.Text);
        });
        state.WriteText(m.Refusal);
        state.WriteOptional(m.Device, Write);
    }

    private static SourceProgress ReadProgress(StateReader state) => new(
        state.ReadInt64(), state.ReadInt64(), state.ReadInt64(),
        state.ReadList(TermBytes, reader => new Term(
            (int)reader.ReadInt64(Term.Class, int.MaxValue), reader.ReadString())), state.ReadText())
    {
        Device = state.ReadOptional(ReadStatus),
    };

    private static void Write(StateWriter state, DeviceStatus status)
    {
        state.Write(status.Device);
        state.Write(status.Description);
        state.WriteList(status.Kinds, (writer, kind) => writer.Write(kind));
        state.Write((long)status.Kernels);
        state.Write(status.Compiling.Ticks);
        state.WriteList(status.Refusals, (writer, refusal) => writer.Write(refusal));
    }

    private static DeviceStatus ReadStatus(StateReader state) => new(
        state.ReadString(), state.ReadString(), ReadTexts(state), state.ReadCount(int.MaxValue),
        TimeSpan.FromTicks(state.ReadInt64()))
    {
        Refusals = ReadTexts(state),
    };

    private static string[] ReadTexts(StateReader state) =>
        state.ReadList(WireFields.TextBytes, reader => reader.ReadString());

    private static void Write(StateWriter state, PoolChanged m)
    {
        state.WriteOptional(m.Change, RosterFormat.Write);
        state.WriteText(m.Refusal);
    }

    private static void Write(StateWriter state, MixtureReport m)
    {
        OutcomeFormat.Write(state, m.Scores);
        state.WriteList(m.Experts, (writer, score) =>
        {
            writer.Write(score.Id);
            writer.Write(score.Accuracy);
            writer.Write(score.Share);
            writer.Write(score.WeightShare);
        });
        state.Write(m.Duplicates);
        state.Write(m.Fingerprint);
        RosterFormat.Write(state, m.Roster);
        state.WriteList(m.Devices, (writer, device) => writer.Write(device));
    }

    private static MixtureReport ReadReport(StateReader state) => new(
        OutcomeFormat.ReadScores(state),
        state.ReadList(ScoreBytes, reader => new ExpertScore(
            reader.ReadString(), reader.ReadDouble(), reader.ReadDouble())
        {
            WeightShare = reader.ReadDouble(),
        }),
        state.ReadInt64(), state.ReadString(), RosterFormat.Read(state))
    {
        Devices = ReadTexts(state),
    };

    private static void Write(StateWriter state, RosterCommand command)
    {
        state.Write(command switch
        {
            AddExpert => 0L,
            FreezeExpert => 1L,
            ThawExpert => 2L,
            RetireExpert => 3L,
            PromoteExpert => 4L,
            DemoteExpert => 5L,
            RenameExpert => 6L,
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "This command has no format."),
        });
        state.Write(command.Reason);
        foreach (var id in (string?[])(command switch
        {
            FreezeExpert(var id) => [id],
            ThawExpert(var id) => [id],
            RetireExpert(var id) => [id],
            PromoteExpert(var id) => [id],
            DemoteExpert(var id) => [id],
            RenameExpert(var id, var newId) => [id, newId],
            _ => [],
        }))
            state.Write(id!);
        if (command is not AddExpert add)
            return;
        state.WriteText(add.Id);
        state.WriteText(add.Text);
        state.Write(add.Role is { } role ? (long)role : -1L);
        state.WriteText(add.CloneOf);
        state.Write((double)add.Noise);
        state.WriteFlag(add.Seed is not null);
        state.Write(add.Seed ?? 0L);
        state.Write((long)add.Mode);
    }

    private static RosterCommand ReadCommand(StateReader state)
    {
        var (kind, reason) = (state.ReadCount(6), state.ReadString());
        RosterCommand command = kind switch
        {
            0 => ReadAdd(state),
            1 => new FreezeExpert(state.ReadString()),
            2 => new ThawExpert(state.ReadString()),
            3 => new RetireExpert(state.ReadString()),
            4 => new PromoteExpert(state.ReadString()),
            5 => new DemoteExpert(state.ReadString()),
            _ => new RenameExpert(state.ReadString(), state.ReadString()),
        };
        return command with { Reason = reason };
    }

    private static AddExpert ReadAdd(StateReader state)
    {
        var add = new AddExpert
        {
            Id = state.ReadText(),
            Text = state.ReadText(),
            Role = state.ReadInt64(-1, (long)ExpertRole.Archived) is >= 0 and var role ? (ExpertRole)role : null,
            CloneOf = state.ReadText(),
            Noise = (float)state.ReadDouble(),
        };
        var (hasSeed, seed) = (state.ReadFlag(), state.ReadInt64());
        return add with { Seed = hasSeed ? seed : null, Mode = (ExpertMode)state.ReadCount((int)ExpertMode.Reserve) };
    }
}
