using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Prediction;

/// <summary>What one thread needs to predict: its own working memory over the numbers that all share.</summary>
internal sealed class PredictorLane
{
    /// <summary>Rows that are predicted together, at most.</summary>
    public const int MostRows = 256;

    private static readonly int[] EveryRow = [.. Enumerable.Range(0, MostRows)];

    private readonly long _number;
    private readonly PredictorState _state;
    private readonly IRowGate _rows;
    private readonly IPredictor?[] _experts;
    private readonly float[]?[] _answers;
    private readonly float[][] _room;
    private readonly int[] _place;
    private readonly AnswerShape _shape;
    private float[] _z = [];
    private float[] _rank = [];
    private int[] _category = [];
    private float[] _gateFeatures = [];
    private int[] _chosen = [];

    public PredictorLane(long number, PredictorState state)
    {
        (_number, _state) = (number, state);
        // a prediction does not depend on the number of rows beside it: capacity is for learning
        var options = state.Options with { Router = state.Options.Router with { Capacity = 0f } };
        _rows = Gate.NewRows(options, state.Mixed, state.Encoder.GateFeatureCount);
        var image = new StateReader(state.Rows);
        _rows.Load(image, number);
        image.End();
        _experts = Array.ConvertAll(state.Experts, expert => expert?.Share());
        _answers = new float[]?[_experts.Length];
        _room = [.. _experts.Select(_ => Array.Empty<float>())];
        _place = new int[state.Roster.Routed.Count];
        _shape = new([.. Enumerable.Repeat(state.Names.Classes.Count, MostRows)], state.Stride);
    }

    /// <summary>Predicts some rows, and writes the answers from a row of the predictions on.</summary>
    public void Predict(ReadOnlySpan<float> values, Predictions predictions, int from, int count)
    {
        var batch = Begin(count);
        _state.Encoder.Read(values, batch);
        var routing = Route(batch);
        for (var index = 0; index < _experts.Length; index++)
            _answers[index] = Answer(batch, routing, index);
        _rows.Reshape(_number + 1, routing);
        _place.AsSpan().Fill(-1);
        var (classes, stride) = (_state.Names.Classes.Count, _shape.Stride);
        for (var row = 0; row < count; row++)
        {
            foreach (var slot in routing.ChosenFor(row))
                _place[slot]++;
            var probabilities = predictions.Probabilities.AsSpan((from + row) * stride, stride);
            _rows.Mix(batch, routing, row, classes, _answers, _place, probabilities);
            predictions.Classes[from + row] = TopK.First(probabilities[..classes]);
        }
    }

    private float[]? Answer(FeatureBatch batch, RowRouting routing, int index)
    {
        if (_experts[index] is not { } expert || batch.Rows == 0 || !routing.Asks(index))
            return null;
        var rows = routing.RowsFor(index) is { } some ? some.AsSpan() : EveryRow.AsSpan(0, batch.Rows);
        var length = rows.Length * ExpertKinds.Heads(_state.Roster[index].Spec) * _shape.Stride;
        Fit(ref _room[index], length);
        expert.Predict(batch, _shape, rows, _room[index].AsSpan(0, length));
        return _room[index];
    }

    /// <summary>The rows as a batch after the last one learned: the router's version is the one for that.</summary>
    private RowRouting Route(FeatureBatch batch)
    {
        var k = _rows.Begin(_number + 1, batch.Rows, _state.Roster);
        Fit(ref _chosen, batch.Rows * k);
        var routing = new RowRouting(_state.Roster, k, _chosen);
        if (k == 0)
            return routing;
        _rows.Choose(
            batch.GateFeatures.AsSpan(0, batch.Rows * batch.GateFeatureCount), _chosen.AsSpan(0, batch.Rows * k));
        routing.ListRows(batch.Rows);
        return routing;
    }

    private FeatureBatch Begin(int count)
    {
        var (schema, gateFeatures) = (_state.Schema, _state.Encoder.GateFeatureCount);
        Fit(ref _z, count * schema.Numeric);
        Fit(ref _rank, count * schema.Numeric);
        Fit(ref _category, count * schema.Categorical);
        Fit(ref _gateFeatures, count * gateFeatures);
        return new FeatureBatch
        {
            Number = _number + 1,
            Rows = count,
            Numeric = schema.Numeric,
            Categorical = schema.Categorical,
            Z = _z,
            Rank = _rank,
            Category = _category,
            GateFeatures = _gateFeatures,
            GateFeatureCount = gateFeatures,
        };
    }

    private static void Fit<T>(ref T[] room, int length)
    {
        if (room.Length < length)
            room = new T[length];
    }
}

/// <summary>What the threads that predict share; it never changes.</summary>
/// <param name="Schema">The columns.</param>
/// <param name="Options">Everything that decides what is computed.</param>
/// <param name="Roster">The pool that the next batch would meet.</param>
/// <param name="Names">The names met so far.</param>
/// <param name="Encoder">What rows are encoded by.</param>
/// <param name="Mixed">The pool that saw the last batch.</param>
/// <param name="Rows">The image of router and mixers over that one.</param>
/// <param name="Experts">By place in the roster; null for one that is not asked.</param>
internal sealed record PredictorState(
    Schema Schema, MixtureOptions Options, Roster Roster, PredictorNames Names, Encoder Encoder, Roster Mixed,
    byte[] Rows, IPredictor?[] Experts)
{
    /// <summary>Length of a row of probabilities: the classes known, rounded up to 16.</summary>
    public int Stride { get; } = ClassVectors.Stride(Names.Classes.Count);
}

/// <summary>The names that a model had met at a moment.</summary>
/// <param name="Classes">The classes, by index.</param>
/// <param name="Categories">By feature, how many names it had; 0 for numbers.</param>
/// <param name="Vocabulary">The names with their indices, among them later ones.</param>
internal sealed record PredictorNames(IReadOnlyList<string> Classes, int[] Categories, Vocabulary Vocabulary)
{
    /// <summary>The names met so far.</summary>
    public static PredictorNames Of(Schema schema, Vocabulary vocabulary) => new(
        [.. vocabulary.Classes],
        [.. schema.Features.Select((_, feature) => vocabulary.Categories(feature).Count)],
        vocabulary);
}
