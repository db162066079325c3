using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;

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
    private readonly int[] _known = new int[MostRows];
    private float[] _z = [];
    private float[] _rank = [];
    private int[] _category = [];
    private float[] _phi = [];
    private int[] _chosen = [];

    public PredictorLane(long number, PredictorState state)
    {
        (_number, _state) = (number, state);
        // a prediction does not depend on how many rows stand beside it: capacity is for learning
        var options = state.Options with { Router = state.Options.Router with { Capacity = 0f } };
        _rows = Gate.NewRows(options, state.Mixed, state.Encoder.PhiStride);
        var image = new StateReader(state.Rows);
        _rows.Load(image, number);
        image.End();
        _experts = Array.ConvertAll(state.Experts, expert => expert?.Share());
        _answers = new float[]?[_experts.Length];
        _room = [.. _experts.Select(_ => Array.Empty<float>())];
        _place = new int[state.Roster.Routed.Count];
        _known.AsSpan().Fill(state.Names.Classes.Count);
    }

    /// <summary>Predicts some rows, and writes the answers from a row of the predictions on.</summary>
    public void Predict(ReadOnlySpan<float> values, Predictions predictions, int from, int count)
    {
        var batch = Begin(count);
        _state.Encoder.Read(values, batch);
        if (batch.K > 0)
        {
            _rows.Choose(batch.Phi.AsSpan(0, count * batch.PhiStride), batch.Chosen.AsSpan(0, count * batch.K));
            batch.ListRows();
        }
        for (var place = 0; place < _experts.Length; place++)
            _answers[place] = Answer(batch, place);
        _rows.Reshape(batch);
        _place.AsSpan().Fill(-1);
        for (var row = 0; row < count; row++)
        {
            foreach (var slot in batch.Chosen.AsSpan(row * batch.K, batch.K))
                _place[slot]++;
            var probabilities = predictions.Probabilities.AsSpan((from + row) * batch.ClassStride, batch.ClassStride);
            _rows.Mix(batch, row, _answers, _place, probabilities);
            predictions.Classes[from + row] = TopK.First(probabilities[.._known[row]]);
        }
    }

    private float[]? Answer(EncodedBatch batch, int place)
    {
        if (_experts[place] is not { } expert || !batch.Asks(place))
            return null;
        var rows = batch.RowsFor(place) is { } some ? some.AsSpan() : EveryRow.AsSpan(0, batch.Rows);
        var length = rows.Length * ExpertKinds.Heads(_state.Roster[place].Spec) * batch.ClassStride;
        Fit(ref _room[place], length);
        expert.Predict(batch, rows, _room[place].AsSpan(0, length));
        return _room[place];
    }

    /// <summary>The rows as a batch after the last one learned: the router's version is the one for that.</summary>
    private EncodedBatch Begin(int count)
    {
        var k = _rows.Begin(_number + 1, count, _state.Roster);
        var (schema, phi) = (_state.Schema, _state.Encoder.PhiStride);
        Fit(ref _z, count * schema.Numeric);
        Fit(ref _rank, count * schema.Numeric);
        Fit(ref _category, count * schema.Categorical);
        Fit(ref _phi, count * phi);
        Fit(ref _chosen, count * k);
        return new EncodedBatch
        {
            Number = _number + 1,
            Rows = count,
            Numeric = schema.Numeric,
            Categorical = schema.Categorical,
            Z = _z,
            Rank = _rank,
            Category = _category,
            Phi = _phi,
            PhiStride = phi,
            Targets = [],
            Known = _known,
            ClassStride = _state.Stride,
            Roster = _state.Roster,
            K = k,
            Chosen = _chosen,
            RowsOf = new int[]?[_state.Roster.Routed.Count],
            Refused = 0,
        };
    }

    private static void Fit<T>(ref T[] room, int length)
    {
        if (room.Length < length)
            room = new T[length];
    }
}
