using MoE.Actors.Expert;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Serialization;

/// <summary>How the messages between a gate and its experts lie on a wire.</summary>
internal static class ExpertMessages
{
    /// <summary>The formats, a message each.</summary>
    public static IReadOnlyList<WireFormat> Formats { get; } =
    [
        WireFormat.Of("moe.to-expert.1", WriteEnvelope, ReadEnvelope),
        WireFormat.Of<StartExpert>("moe.start-expert.1",
            (state, m) => Write(state, m.Definition), state => new(ReadDefinition(state))),
        WireFormat.Of<StopExpert>("moe.stop-expert.1", (_, _) => { }, _ => StopExpert.Instance),
        WireFormat.Of("moe.restore.1", Write, ReadRestore),
        WireFormat.Of("moe.process-rows.1", Write, ReadRows),
        WireFormat.Of<SaveImage>("moe.save-image.1",
            (state, m) => Write(state, m.Epoch, m.Number), state => new(state.ReadInt64(), state.ReadInt64())),
        WireFormat.Of<CloneState>("moe.clone-state.1",
            (state, m) => Write(state, m.Epoch, m.Newcomer), state => new(state.ReadInt64(), state.ReadInt64())),
        WireFormat.Of<TakeSnapshot>("moe.take-snapshot.1",
            (state, m) => Write(state, m.Epoch, m.Number, m.Classes),
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadCount(int.MaxValue))),
        WireFormat.Of<TakeFingerprint>("moe.take-fingerprint.1",
            (state, m) => Write(state, m.Epoch), state => new(state.ReadInt64())),
        WireFormat.Of<Started>("moe.started.1", (state, m) => Write(state, m.Key), state => new(state.ReadInt64())),
        WireFormat.Of<Restored>("moe.restored.1",
            (state, m) => Write(state, m.Key, m.Epoch), state => new(state.ReadInt64(), state.ReadInt64())),
        WireFormat.Of<Answered>("moe.answered.1", Write,
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadInt64(), state.ReadArray<float>())),
        WireFormat.Of<Failed>("moe.failed.1", Write,
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadString())),
        WireFormat.Of<RestoreFailed>("moe.restore-failed.1", Write,
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadString(), state.ReadFlag())),
        WireFormat.Of<ImageSaved>("moe.image-saved.1",
            (state, m) => Write(state, m.Key, m.Number, m.Image),
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadInt64())),
        WireFormat.Of<ImageFailed>("moe.image-failed.1", Write,
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadString(), state.ReadFlag())),
        WireFormat.Of<Cloned>("moe.cloned.1", Write, state => new(state.ReadInt64(), ReadState(state))),
        WireFormat.Of<SnapshotTaken>("moe.snapshot-taken.1", Write,
            state => new(state.ReadInt64(), state.ReadInt64(), state.ReadInt64(), ReadSnapshot(state))),
        WireFormat.Of<FingerprintTaken>("moe.fingerprint-taken.1", Write,
            state => new(state.ReadInt64(), state.ReadString())),
    ];

    private static void Write(StateWriter state, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
            state.Write(number);
    }

    private static void WriteEnvelope(StateWriter state, ToExpert m)
    {
        var format = MessageSerializer.FormatOf(m.Message);
        Write(state, m.Id);
        state.Write(format.Manifest);
        format.Write(state, m.Message);
    }

    private static ToExpert ReadEnvelope(StateReader state)
    {
        var (id, manifest) = (ReadId(state), state.ReadString());
        var format = MessageSerializer.FormatOf(manifest);
        return format.Type == typeof(ToExpert)
            ? throw state.Damaged("a message in two envelopes was found")
            : new ToExpert(id, format.Read(state));
    }

    private static void Write(StateWriter state, ExpertId id)
    {
        state.Write(id.Model);
        state.Write(id.Origin);
    }

    private static ExpertId ReadId(StateReader state) => new(state.ReadString(), state.ReadString());

    private static void Write(StateWriter state, ExpertDefinition definition)
    {
        Write(state, definition.Id);
        state.Write(definition.StorageId);
        state.Write(definition.Snapshots);
        RosterFormat.Write(state, definition.Member);
        DefinitionFormat.Write(state, definition.Schema);
        state.Write((long)definition.Window);
    }

    private static ExpertDefinition ReadDefinition(StateReader state) => new(ReadId(state), state.ReadString(),
        state.ReadString(), RosterFormat.ReadMember(state), DefinitionFormat.ReadSchema(state),
        state.ReadCount(int.MaxValue));

    private static void Write(StateWriter state, Restore m)
    {
        Write(state, m.Epoch, m.Image);
        state.WriteText(m.Device);
        state.WriteOptional(m.InitialState, Write);
    }

    private static Restore ReadRestore(StateReader state) => new(state.ReadInt64(), state.ReadInt64())
    {
        Device = state.ReadText(),
        InitialState = state.ReadOptional(ReadState),
    };

    private static void Write(StateWriter state, InitialState initial)
    {
        state.WriteOptional(initial.Parent, RosterFormat.Write);
        if (initial.Parent is not null)
            state.Write(initial.Image().Span);
    }

    private static InitialState ReadState(StateReader state) =>
        state.ReadOptional(RosterFormat.ReadMember) is { } parent
        ? new InitialState(parent, state.ReadArray<byte>()) : InitialState.OnDevice;

    private static void Write(StateWriter state, ProcessRows m)
    {
        state.Write(m.Epoch);
        state.WriteFlag(m.Learns);
        state.WriteOptional(m.Rows, (writer, rows) => writer.Write<int>(rows));
        TrainingBatchFormat.Write(state, m.Batch);
    }

    private static ProcessRows ReadRows(StateReader state)
    {
        var (epoch, learns) = (state.ReadInt64(), state.ReadFlag());
        var rows = state.ReadOptional(reader => reader.ReadArray<int>());
        var batch = TrainingBatchFormat.Read(state);
        return rows?.Any(row => row < 0 || row >= batch.Rows) == true
            ? throw state.Damaged($"a row that a batch of {batch.Rows} does not have was found")
            : new ProcessRows(epoch, batch, rows) { Learns = learns };
    }

    private static void Write(StateWriter state, Answered m)
    {
        Write(state, m.Key, m.Epoch, m.Number);
        state.Write<float>(m.Answers);
    }

    private static void Write(StateWriter state, Failed m)
    {
        Write(state, m.Key, m.Number);
        state.Write(m.Reason);
    }

    private static void Write(StateWriter state, RestoreFailed m)
    {
        Write(state, m.Key, m.Epoch);
        state.Write(m.Reason);
        state.WriteFlag(m.IsDamage);
    }

    private static void Write(StateWriter state, ImageFailed m)
    {
        Write(state, m.Key, m.Number);
        state.Write(m.Reason);
        state.WriteFlag(m.IsDiskFull);
    }

    private static void Write(StateWriter state, Cloned m)
    {
        state.Write(m.Newcomer);
        Write(state, m.InitialState);
    }

    private static void Write(StateWriter state, SnapshotTaken m)
    {
        if (m.Snapshot.Predictor is not null)
            throw new InvalidOperationException("What predicts stays in its process; an image is sent in its place.");
        Write(state, m.Key, m.Epoch, m.Number, m.Snapshot.Classes);
        state.Write(m.Snapshot.Image.Span);
    }

    private static ExpertSnapshot ReadSnapshot(StateReader state)
    {
        var classes = state.ReadCount(int.MaxValue);
        return new ExpertSnapshot(null, state.ReadArray<byte>(), classes);
    }

    private static void Write(StateWriter state, FingerprintTaken m)
    {
        state.Write(m.Key);
        state.Write(m.Value);
    }
}
