using System.Runtime.InteropServices;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Deep;

/// <summary>
/// The first layer; a row touches only a few of its rows of weights: W₁ (rows, H) and b₁ (H), H whole panels.
/// </summary>
internal sealed class SparseLayer<L>(DeepOptions options, int hidden, PendingRows pending)
    where L : struct, ILanes<L>
{
    private const int None = -1;

    private Adam? _steps = AdamOf(options);
    private Adam? _biasSteps = AdamOf(options);
    private readonly float[] _zero = new float[hidden];
    private readonly float[] _gradient = new float[hidden];
    private readonly int[] _every = [.. Enumerable.Range(0, pending.Most)];
    private readonly float[] _ones = [.. Enumerable.Repeat(1f, pending.Most)];
    private readonly int[] _next = new int[pending.Most * pending.Touched];
    private readonly int[] _touched = new int[pending.Most * pending.Touched];
    private readonly int[] _row = new int[pending.Most * pending.Touched];
    private readonly float[] _weight = new float[pending.Most * pending.Touched];
    private int[] _first = [];
    private int _rows;

    /// <summary>W₁ (rows, H), with room for more.</summary>
    public float[] Weights { get; private set; } = [];

    /// <summary>b₁ (H).</summary>
    public float[] Bias { get; private set; } = new float[hidden];

    /// <summary>Rows so far.</summary>
    public int Rows => _rows;

    /// <summary>Makes room for rows, ahead of need if they come one by one; new ones are 0.</summary>
    public void FitRows(int rows)
    {
        if (rows * hidden > Weights.Length)
        {
            var weights = Weights;
            Array.Resize(ref weights, Math.Max(rows, 2 * _rows) * hidden);
            Weights = weights;
        }
        _rows = Math.Max(_rows, rows);
        FitChains();
        _steps?.Resize(rows, hidden);
        _biasSteps?.Resize(1, hidden);
    }

    /// <summary>sum (H) = b₁ + Σ of the rows touched by a row that waits.</summary>
    public void Forward(int row, float[] sum) =>
        MlpLoops.SumRows<L>(Bias, Weights, pending.Index(row), pending.Weight(row), sum);

    /// <summary>sum (H) = b₁ + Σ of the rows touched by the row just read.</summary>
    public void Forward(MlpInputs inputs, float[] sum) => MlpLoops.SumRows<L>(
        Bias, Weights, inputs.Index.AsSpan(0, inputs.Count), inputs.Weight.AsSpan(0, inputs.Count), sum);

    /// <summary>One step, from all rows that wait and their deltas (M, H).</summary>
    public void Learn(float[] deltas)
    {
        var rate = options.Optimizer == MlpOptimizer.Adam ? 0f : DeepRule.RateOf(options, pending.SquaredNorm());
        MlpLoops.SumRows<L>(_zero, deltas, _every, _ones, _gradient);
        Step(Bias, 0, _biasSteps, rate);
        var touched = Chain();
        for (var i = 0; i < touched; i++)
            LearnRow(_touched[i], deltas, rate);
    }

    /// <summary>The same layer for another network.</summary>
    /// <param name="waiting">The rows that wait there.</param>
    public SparseLayer<L> Clone(PendingRows waiting)
    {
        var clone = new SparseLayer<L>(options, hidden, waiting)
        {
            Weights = [.. Weights],
            Bias = [.. Bias],
            _rows = _rows,
            _steps = _steps?.Clone(),
            _biasSteps = _biasSteps?.Clone(),
        };
        clone.FitChains();
        return clone;
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_rows);
        state.Write<float>(Weights.AsSpan(0, _rows * hidden));
        state.Write<float>(Bias);
        _steps?.Save(state);
        _biasSteps?.Save(state);
    }

    public void Load(StateReader state, int rows)
    {
        if (state.ReadInt64() is var found && found != rows)
            throw state.Damaged($"weights of {found} inputs were found; {rows} were expected");
        Weights = state.ReadArray<float>((long)rows * hidden);
        Bias = state.ReadArray<float>(hidden);
        _rows = rows;
        _steps?.Load(state, rows, hidden);
        _biasSteps?.Load(state, 1, hidden);
        FitChains();
    }

    /// <summary>An optimizer of its own for a table of weights; null for plain steps.</summary>
    public static Adam? AdamOf(DeepOptions options) =>
        options.Optimizer == MlpOptimizer.Adam ? new Adam(options.Rate) : null;

    /// <summary>Links the entries of each row of weights, in the order of the rows that wait.</summary>
    /// <returns>Rows of weights that have any.</returns>
    private int Chain()
    {
        var count = 0;
        for (var row = pending.Most - 1; row >= 0; row--)
        {
            var index = pending.Index(row);
            for (var j = 0; j < index.Length; j++)
            {
                ref var first = ref _first[index[j]];
                if (first == None)
                    _touched[count++] = index[j];
                var entry = (row * pending.Touched) + j;
                (_next[entry], first) = (first, entry);
            }
        }
        return count;
    }

    private void LearnRow(int row, float[] deltas, float rate)
    {
        var count = 0;
        for (var entry = _first[row]; entry != None; entry = _next[entry])
            (_row[count], _weight[count++]) = (entry / pending.Touched, pending.WeightOf(entry));
        _first[row] = None;
        MlpLoops.SumRows<L>(_zero, deltas, _row.AsSpan(0, count), _weight.AsSpan(0, count), _gradient);
        Step(Weights, row, _steps, rate);
    }

    private void Step(float[] weights, int row, Adam? steps, float rate)
    {
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        if (steps is null)
            MlpLoops.Add<L>(ref weights[row * hidden], -rate, ref gradient, hidden);
        else
            steps.Step<L>(weights, row, hidden, 1f, ref gradient);
    }

    private void FitChains()
    {
        if (_first.Length < _rows)
            _first = [.. Enumerable.Repeat(None, Math.Max(_rows, 2 * _first.Length))];
    }
}
