using MoE.Compute.Data;
using MoE.Compute.Files;

namespace MoE.Compute.Encoding;

/// <summary>
/// Layout of a batch on its way to experts of another process. Gate features are left out: experts do not read them.
/// What cannot come from an encoder is refused, so that no expert and no kernel indexes by it.
/// </summary>
public static class TrainingBatchFormat
{
    /// <summary>Writes a batch.</summary>
    public static void Write(StateWriter state, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(batch);
        var (features, labels) = (batch.Features, batch.Labels);
        state.Write(features.Number);
        state.Write((long)features.Rows);
        state.Write((long)features.Numeric);
        state.Write((long)features.Categorical);
        state.Write((long)features.Names);
        state.Write((long)labels.Stride);
        state.Write<float>(features.Z.AsSpan(0, features.Rows * features.Numeric));
        state.Write<float>(features.Rank.AsSpan(0, features.Rows * features.Numeric));
        state.Write<int>(features.Category.AsSpan(0, features.Rows * features.Categorical));
        state.Write<int>(labels.Targets.AsSpan(0, features.Rows));
        state.Write<int>(labels.KnownClasses.AsSpan(0, features.Rows));
    }

    /// <summary>Reads a batch.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static TrainingBatch Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var number = state.ReadInt64(0, long.MaxValue);
        var (rows, numeric, categorical) = (state.ReadCount(int.MaxValue), state.ReadCount(int.MaxValue),
            state.ReadCount(int.MaxValue));
        var (names, stride) = (state.ReadCount(int.MaxValue), state.ReadCount(int.MaxValue));
        var features = new FeatureBatch
        {
            Number = number,
            Rows = rows,
            Numeric = numeric,
            Categorical = categorical,
            Names = names,
            Z = state.ReadArray<float>((long)rows * numeric),
            Rank = state.ReadArray<float>((long)rows * numeric),
            Category = state.ReadArray<int>((long)rows * categorical),
            GateFeatures = [],
            GateFeatureCount = 0,
        };
        var (targets, known) = (state.ReadArray<int>(rows), state.ReadArray<int>(rows));
        for (var row = 0; row < rows; row++)
            if (known[row] < 0 || known[row] > stride || targets[row] < 0 || targets[row] > known[row])
                throw state.Damaged(
                    $"class {targets[row]} of {known[row]} known, in answers of {stride}, was found in row {row}");
        if (features.Z.Any(z => !float.IsFinite(z)))
            throw state.Damaged("a z-score that is not finite was found");
        if (features.Rank.Any(rank => !float.IsNaN(rank) && rank is not (>= 0f and < 1f)))
            throw state.Damaged("a rank outside [0, 1) was found");
        if (features.Category.Any(category => category is < -1 or >= Vocabulary.MaxCategories))
            throw state.Damaged($"a category outside [-1, {Vocabulary.MaxCategories}) was found");
        return new TrainingBatch(features, new Labels(targets, new AnswerShape(known, stride)));
    }
}
