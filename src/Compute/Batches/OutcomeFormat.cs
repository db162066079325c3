using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Batches;

/// <summary>Layout of what came of a batch, and of scores, on their way between processes.</summary>
public static class OutcomeFormat
{
    private const int TextBytes = 8;

    /// <summary>Writes what came of a batch.</summary>
    public static void Write(StateWriter state, BatchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(outcome);
        Write(state, outcome.Scores);
        RosterFormat.Write(state, outcome.Roster);
        state.Write<int>([.. outcome.Load]);
        Write(state, outcome.Changes);
        Write(state, outcome.Drifts);
        state.Write(outcome.Predictions is null ? 0L : 1L);
        if (outcome.Predictions is { } predictions)
            Write(state, predictions);
        state.Write(outcome.Rows is null ? 0L : 1L);
        if (outcome.Rows is { } rows)
            RowBatchFormat.Write(state, rows);
    }

    /// <summary>Reads what came of a batch.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static BatchOutcome Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new BatchOutcome(
            ReadScores(state), RosterFormat.Read(state), state.ReadArray<int>(), ReadChanges(state))
        {
            Drifts = ReadTexts(state),
            Predictions = state.ReadCount(1) == 1 ? ReadPredictions(state) : null,
            Rows = state.ReadCount(1) == 1 ? RowBatchFormat.Read(state) : null,
        };
    }

    /// <summary>Writes scores.</summary>
    public static void Write(StateWriter state, Scores scores)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(scores);
        state.Write(scores.Rows);
        state.Write(scores.Refused);
        state.Write((long)scores.Classes);
        foreach (var score in (double[])[scores.Accuracy, scores.WindowAccuracy, scores.Kappa, scores.KappaTemporal,
            scores.LogLoss])
            state.Write(score);
    }

    /// <summary>Reads scores.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Scores ReadScores(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new Scores(state.ReadInt64(0, long.MaxValue), state.ReadInt64(0, long.MaxValue),
            state.ReadCount(int.MaxValue), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(),
            state.ReadDouble(), state.ReadDouble());
    }

    private static void Write(StateWriter state, Predictions predictions)
    {
        state.Write(predictions.Number);
        state.Write((long)predictions.ClassStride);
        state.Write<int>(predictions.Classes);
        state.Write<float>(predictions.Probabilities);
        Write(state, predictions.ClassNames);
        RosterFormat.Write(state, predictions.Roster);
        Write(state, predictions.Changes);
        Write(state, predictions.Drifts);
        state.Write((long)predictions.RowsOf.Length);
        foreach (var rows in predictions.RowsOf)
            state.Write<int>(rows);                          // null has no rows, and comes back as null
    }

    private static Predictions ReadPredictions(StateReader state)
    {
        var (number, stride) = (state.ReadInt64(0, long.MaxValue), state.ReadCount(int.MaxValue));
        var classes = state.ReadArray<int>();
        return new Predictions(number, classes, state.ReadArray<float>((long)classes.Length * stride), stride)
        {
            ClassNames = ReadTexts(state),
            Roster = RosterFormat.Read(state),
            Changes = ReadChanges(state),
            Drifts = ReadTexts(state),
            RowsOf = ReadRows(state),
        };
    }

    private static int[]?[] ReadRows(StateReader state)
    {
        var rows = new int[]?[state.ReadItemCount(sizeof(long))];
        for (var slot = 0; slot < rows.Length; slot++)
            rows[slot] = state.ReadArray<int>() is { Length: > 0 } some ? some : null;
        return rows;
    }

    private static void Write(StateWriter state, IReadOnlyList<RosterChange> changes)
    {
        state.Write((long)changes.Count);
        foreach (var change in changes)
            RosterFormat.Write(state, change);
    }

    private static RosterChange[] ReadChanges(StateReader state)
    {
        var changes = new RosterChange[state.ReadItemCount(RosterFormat.ChangeBytes)];
        for (var i = 0; i < changes.Length; i++)
            changes[i] = RosterFormat.ReadChange(state);
        return changes;
    }

    private static void Write(StateWriter state, IReadOnlyList<string> texts)
    {
        state.Write((long)texts.Count);
        foreach (var text in texts)
            state.Write(text);
    }

    private static string[] ReadTexts(StateReader state)
    {
        var texts = new string[state.ReadItemCount(TextBytes)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = state.ReadString();
        return texts;
    }
}
