using System.Collections.Concurrent;
using System.Globalization;
using MoE.Compute.Batches;
using MoE.Compute.Data;

namespace MoE.Compute.Prediction;

/// <summary>
/// Predicts by a mixture as it was after one batch, without learning. Any number of threads may ask at once; what is
/// learned meanwhile changes nothing here. Holds a copy of the experts' numbers.
/// </summary>
public sealed class Predictor
{
    private readonly PredictorState _state;
    private readonly ConcurrentBag<PredictorLane> _idle = [];

    internal Predictor(long number, PredictorState state) => (Number, _state) = (number, state);

    /// <summary>Number of the last batch that was learned before; 0 if none was.</summary>
    public long Number { get; }

    /// <summary>The columns of the rows.</summary>
    public Schema Schema => _state.Schema;

    /// <summary>The names of the classes met so far, by index.</summary>
    public IReadOnlyList<string> Classes => _state.Names.Classes;

    /// <summary>
    /// The probabilities of the classes met so far, row by row; each row's are the same whatever rows are beside it.
    /// </summary>
    /// <param name="rows">
    /// Rows of the model's columns. NaN is a missing number; a category that is negative, or beyond those met so far,
    /// is one that the model does not know. Targets and new names are not read.
    /// </param>
    /// <exception cref="ArgumentException">The rows are of other columns, or a number is infinite.</exception>
    public Predictions Predict(RowBatch rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows = Translate(rows);
        var values = Checked(rows);
        var stride = _state.Stride;
        var predictions = new Predictions(Number, new int[rows.Rows], new float[rows.Rows * stride], stride)
        {
            Roster = _state.Roster,
            ClassNames = Classes,
        };
        if (Classes.Count == 0)
        {
            predictions.Classes.AsSpan().Fill(RowBatch.NoClass);
            return predictions;
        }
        var lane = _idle.TryTake(out var idle) ? idle : new PredictorLane(Number, _state);
        var features = Schema.Features.Count;
        for (var from = 0; from < rows.Rows; from += PredictorLane.MostRows)
        {
            var count = Math.Min(PredictorLane.MostRows, rows.Rows - from);
            lane.Predict(
                values.AsSpan(from * features, count * features), predictions, from, count);
        }
        _idle.Add(lane);                                     // one that broke is left to the collector
        return predictions;
    }

    /// <summary>
    /// Rows whose names their source has numbered, by the model's numbers: -1 for a category or class that it did not
    /// know. Other rows stay as they are.
    /// </summary>
    public RowBatch Translate(RowBatch rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Names is not { List: var names })
            return rows;
        var (values, targets) = ((float[])rows.Values.Clone(), (int[])rows.Targets.Clone());
        var features = Schema.Features;
        for (var j = 0; j < features.Count; j++)
            if (features[j].Kind == ColumnKind.Categorical)
                for (var at = j; at < values.Length; at += features.Count)
                    values[at] = CategoryOf(names, j, values[at]);
        for (var row = 0; row < targets.Length; row++)
            targets[row] = targets[row] < 0 ? RowBatch.NoClass
                : Known(names.Of(Term.Class, targets[row]), Classes.Count) ?? RowBatch.NoClass;
        return rows with { Values = values, Targets = targets, Names = null, NewTerms = [] };
    }

    /// <summary>The rows' cells with categories that are unknown as -1.</summary>
    private float[] Checked(RowBatch rows)
    {
        var features = Schema.Features;
        if (rows.Values.Length != rows.Rows * features.Count)
            throw new ArgumentException($"There are {rows.Values.Length} cells; {rows.Rows} rows of {features.Count} "
                + "features were expected.", nameof(rows));
        var values = rows.Values;
        for (var j = 0; j < features.Count; j++)
            if (features[j].Kind == ColumnKind.Numeric)
                RefuseInfinite(rows, j);
            else
                values = WithKnown(values, rows.Values, j);
        return values;
    }

    private void RefuseInfinite(RowBatch rows, int feature)
    {
        var (features, values) = (Schema.Features, rows.Values);
        for (var at = feature; at < values.Length; at += features.Count)
            if (float.IsInfinity(values[at]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"Row {at / features.Count} has {values[at]} in column '{features[feature].Name}'; a finite ")
                    + "number, or NaN for a missing one, was expected.", nameof(rows));
    }

    private float[] WithKnown(float[] values, float[] given, int feature)
    {
        var (known, count) = (_state.Names.Categories[feature], Schema.Features.Count);
        for (var at = feature; at < values.Length; at += count)
        {
            var value = values[at];
            if (value >= 0f && value < known && value == MathF.Floor(value))
                continue;
            if (ReferenceEquals(values, given))
                values = [.. given];
            values[at] = RowBatch.UnknownCategory;
        }
        return values;
    }

    // The model's number of a category that the source numbers.
    private float CategoryOf(NameList names, int feature, float value)
    {
        var known = _state.Names.Categories[feature];
        var isFull = known == Vocabulary.MaxCategories;
        if (value < 0f)
            return isFull && value <= RowBatch.SharedCategory
                ? RowBatch.SharedCategory - value : RowBatch.UnknownCategory;
        var term = names.Of(feature, (int)value);
        return Known(term, known) ?? (isFull ? Vocabulary.SharedIndex(term.Text) : RowBatch.UnknownCategory);
    }

    private int? Known(Term term, int count) =>
        _state.Names.Vocabulary.IndexOf(term) is >= 0 and var number && number < count ? number : null;
}
