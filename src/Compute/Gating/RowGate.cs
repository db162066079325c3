using System.Runtime.InteropServices;
using MoE.Compute.Batches;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating;

/// <summary>Router and mixers, row by row; implemented once per vector width.</summary>
internal interface IRowGate
{
    /// <summary>Prepares the choice for a batch; answers how many routed experts each row gets, K.</summary>
    int Begin(long batch, int rows, Roster roster);

    /// <summary>Chooses the routed experts (B, K) of rows of the batch last begun, in their order.</summary>
    void Choose(ReadOnlySpan<float> phi, Span<int> chosen);

    /// <summary>Has big banks scored elsewhere.</summary>
    void ScoreBanks(BankScoring elsewhere);

    /// <summary>Has router and mixers continue with the pool that saw the batch to be mixed next.</summary>
    void Reshape(long batch, RowRouting routing);

    /// <summary>
    /// Mixes one row of a batch into <paramref name="probabilities"/> (stride), given where in each routed expert's
    /// answers the row is.
    /// </summary>
    void Mix(
        FeatureBatch batch, RowRouting routing, int row, int classes, ReadOnlySpan<float[]?> answers,
        ReadOnlySpan<int> place, Span<float> probabilities);

    /// <summary>Learns from the row last mixed.</summary>
    void Learn(FeatureBatch batch, RowRouting routing, int row, int target);

    /// <summary>Ends a batch: the router's present version becomes choosable for later ones.</summary>
    void Mark(long batch);

    /// <summary>
    /// Adds how much of 1 each expert is trusted at present, by place in the roster last reshaped to. Routed ones share
    /// what their common answer has by the rows that each has seen.
    /// </summary>
    void AddWeights(Span<double> byPlace, ReadOnlySpan<long> seen);

    void Save(StateWriter state);

    /// <summary>Takes over what was saved after a batch.</summary>
    void Load(StateReader state, long batch);
}

/// <summary>Router and mixers over a pool, in vectors of <typeparamref name="L"/>.</summary>
internal sealed class RowGate<L> : IRowGate where L : struct, ILanes<L>
{
    /// <summary>Part of the routed experts' common answer that is spread evenly.</summary>
    private const float Doubt = 1e-4f;

    private readonly Router<L> _router;
    private readonly int _phiStride;
    private Roster _roster;
    private (int Place, int Heads)[] _routed = [];
    private InputLayout _layout;
    private MixerInputs<L> _inputs;
    private MixerStack<L> _mixers;
    private RecallMixer<L> _recall;
    private float[] _weight = [];
    private float[] _ofTruth = [];
    private bool[] _right = [];
    private float[] _common = [];
    private float[] _each = [];
    private float[] _unknowing = [];
    private int _unknowingOf;
    private int _known;
    private int _stride;

    public RowGate(MixtureOptions options, Roster roster, int phiStride)
    {
        _router = new Router<L>(
            options.Router, roster, phiStride, options.Window, CounterRandom.Seed(options.Seed, "router"));
        (_roster, _phiStride) = (roster, phiStride);
        _layout = LayoutAt(0);
        (_inputs, _mixers) = (new(_layout.Count, phiStride), new(_layout.Count, phiStride));
        _recall = new(_layout.Archived.Length, phiStride);
        ListRouted();
    }

    public int Begin(long batch, int rows, Roster roster) => _router.Begin(batch, rows, roster);

    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen) => _router.Choose(phi, chosen);

    public void ScoreBanks(BankScoring elsewhere) => _router.ScoreBanks(elsewhere);

    public void Reshape(long batch, RowRouting routing)
    {
        var isSame = ReferenceEquals(routing.Roster, _roster);
        if (isSame && batch < _layout.NextHeard && routing.K > 0 == _layout.Routes)
            return;
        if (!isSame)
            _router.Reshape(routing.Roster);
        _roster = routing.Roster;
        var layout = new InputLayout(_roster, batch, routing.K > 0);
        if (!layout.IsSame(_layout))
        {
            _mixers.Reshape(layout.From(_layout));
            _inputs = new(layout.Count, _phiStride);
        }
        if (!layout.RecallsSame(_layout))
            _recall.Reshape(layout.RecallsFrom(_layout));
        _layout = layout;
        ListRouted();
    }

    public void Mix(
        FeatureBatch batch, RowRouting routing, int row, int classes, ReadOnlySpan<float[]?> answers,
        ReadOnlySpan<int> place, Span<float> probabilities)
    {
        var (stride, k) = (probabilities.Length, routing.K);
        (_known, _stride) = (classes, stride);
        var phi = batch.GateFeaturesOf(row);
        _inputs.Begin(phi, classes, stride);
        EnsureClasses(classes, stride);
        FitChosen(k, stride);
        for (var i = 0; i < _layout.Shared.Length; i++)
        {
            var (expert, head, heads) = _layout.Shared[i];
            _inputs.Set(i, Answer(answers[expert], ((row * heads) + head) * stride, stride));
        }
        if (k > 0)
        {
            var chosen = routing.ChosenFor(row);
            _router.Weigh(phi, chosen, _weight.AsSpan(0, k));
            MixRouted(chosen, answers, place, classes, stride);
            _inputs.Set(_layout.Shared.Length, _common.AsSpan(0, stride));
        }
        if (_layout.Archived.Length > 0)
            Recall(row, answers, classes, stride);
        _mixers.Mix(_inputs, probabilities);
    }

    public void Learn(FeatureBatch batch, RowRouting routing, int row, int target)
    {
        _inputs.Reveal(target);
        _mixers.Learn(_inputs, target);
        if (_layout.Archived.Length > 0)
            _recall.Learn(target);
        var k = routing.K;
        if (k == 0)
            return;
        for (var i = 0; i < k; i++)
        {
            var answer = _each.AsSpan(i * _stride, _known);
            (_ofTruth[i], _right[i]) = (answer[target], TopK.First(answer) == target);
        }
        _router.Learn(
            batch.GateFeaturesOf(row), routing.ChosenFor(row), _weight.AsSpan(0, k), _ofTruth.AsSpan(0, k),
            _right.AsSpan(0, k));
    }

    public void Mark(long batch) => _router.Mark(batch);

    public void AddWeights(Span<double> byPlace, ReadOnlySpan<long> seen)
    {
        var inputs = new double[_layout.Count];
        _mixers.AddWeights(inputs);
        for (var i = 0; i < _layout.Shared.Length; i++)
            byPlace[_layout.Shared[i].Place] += inputs[i];
        if (_layout.Routes)
            AddRouted(byPlace, inputs[_layout.Shared.Length], seen);
        if (_layout.Archived.Length == 0)
            return;
        var archived = new double[_layout.Archived.Length];
        _recall.AddWeights(archived, inputs[_layout.FirstRecall], inputs[_layout.FirstRecall + 1]);
        for (var i = 0; i < archived.Length; i++)
            byPlace[_layout.Archived[i].Place] += archived[i];
    }

    public void Save(StateWriter state)
    {
        _router.Save(state);
        _mixers.Save(state);
        if (_layout.Archived.Length > 0)
            _recall.Save(state);
    }

    public void Load(StateReader state, long batch)
    {
        _router.Load(state);
        _layout = LayoutAt(batch);
        (_inputs, _mixers) = (new(_layout.Count, _phiStride), new(_layout.Count, _phiStride));
        _mixers.Reshape(_layout.From(_layout));
        _mixers.Load(state);
        _recall = new(_layout.Archived.Length, _phiStride);
        if (_layout.Archived.Length > 0)
            _recall.Load(state);
    }

    /// <summary>_common (S) = ln (10⁻⁴ / C + Σ_i weight_i p_i); _each (K, S) = p_i.</summary>
    private void MixRouted(
        ReadOnlySpan<int> chosen, ReadOnlySpan<float[]?> answers, ReadOnlySpan<int> place, int classes, int stride)
    {
        _common.AsSpan(0, stride).Fill(Doubt / classes);
        ref var common = ref MemoryMarshal.GetArrayDataReference(_common);
        for (var i = 0; i < chosen.Length; i++)
        {
            var (expert, heads) = _routed[chosen[i]];
            ref var log = ref MemoryMarshal.GetReference(
                Answer(answers[expert], place[chosen[i]] * heads * stride, stride));
            ref var each = ref _each[i * stride];
            var weight = L.Broadcast(_weight[i]);
            for (nuint c = 0; c < (nuint)classes; c += ClassVectors.Block)
            {
                var p = FastMath.Exp(L.Load(ref log, c));
                p.Store(ref each, c);
                L.MultiplyAdd(weight, p, L.Load(ref common, c)).Store(ref common, c);
            }
        }
        for (nuint c = 0; c < (nuint)classes; c += ClassVectors.Block)
            FastMath.Log(L.Load(ref common, c)).Store(ref common, c);
    }

    /// <summary>Sets what the archived experts say together.</summary>
    private void Recall(int row, ReadOnlySpan<float[]?> answers, int classes, int stride)
    {
        _recall.Inputs.Begin(_inputs.Phi, classes, stride);
        for (var i = 0; i < _layout.Archived.Length; i++)
        {
            var (expert, heads) = _layout.Archived[i];
            _recall.Inputs.Set(i, Answer(answers[expert], row * heads * stride, stride));
        }
        _recall.Mix();
        _inputs.Set(_layout.FirstRecall, _recall.LogOfMean);
        _inputs.Set(_layout.FirstRecall + 1, _recall.LogOfPool);
    }

    private InputLayout LayoutAt(long batch) =>
        new(_roster, Math.Max(1, batch), _router.Begin(Math.Max(1, batch), 0, _roster) > 0);

    private void AddRouted(Span<double> byPlace, double share, ReadOnlySpan<long> seen)
    {
        var sum = 0L;
        foreach (var (place, _) in _routed)
            sum += seen[place];
        foreach (var (place, _) in _routed)
            byPlace[place] += share * seen[place] / Math.Max(1, sum);
    }

    private void ListRouted() =>
        _routed = [.. _roster.Routed.Select(place => (place, ExpertKinds.Heads(_roster[place].Spec)))];

    private ReadOnlySpan<float> Answer(float[]? answers, int at, int stride) =>
        answers is null ? _unknowing.AsSpan(0, stride) : answers.AsSpan(at, stride);

    private void FitChosen(int k, int stride)
    {
        if (_weight.Length < k)
            (_weight, _ofTruth, _right) = (new float[k], new float[k], new bool[k]);
        if (_each.Length < k * stride)
            _each = new float[k * stride];
    }

    private void EnsureClasses(int classes, int stride)
    {
        if (_common.Length < stride)
        {
            (_common, _unknowing) = (new float[stride], new float[stride]);
            _unknowingOf = 0;
        }
        if (_unknowingOf == classes)
            return;
        _unknowingOf = classes;
        _unknowing.AsSpan().Fill(FastMath.Log(1f / classes));
    }
}

/// <summary>Rows of weights over the gate features φ (P): scores and their gradients.</summary>
internal static class PhiRows
{
    /// <summary>Σ_p w[row, p] φ[p].</summary>
    public static float Score<L>(float[] w, int row, ReadOnlySpan<float> phi) where L : struct, ILanes<L> =>
        MatrixRows.Times<L>(ref w[row * phi.Length], ref MemoryMarshal.GetReference(phi), phi.Length);

    /// <summary>The scores (R) of the first R rows of w.</summary>
    public static void Scores<L>(ReadOnlySpan<float> w, ReadOnlySpan<float> phi, Span<float> scores)
        where L : struct, ILanes<L> => MatrixRows.Times<L>(
            ref MemoryMarshal.GetReference(w[..(scores.Length * phi.Length)]), scores.Length, phi.Length,
            ref MemoryMarshal.GetReference(phi), phi.Length, ref MemoryMarshal.GetReference(scores));

    /// <summary>w[row] += step · φ.</summary>
    public static void Add<L>(float[] w, int row, float step, ReadOnlySpan<float> phi) where L : struct, ILanes<L> =>
        MatrixRows.Add<L>(ref w[row * phi.Length], step, ref MemoryMarshal.GetReference(phi), phi.Length);

    /// <summary>w[row] += steps[row] · φ for the first R rows of w; steps (R).</summary>
    public static void Add<L>(Span<float> w, ReadOnlySpan<float> steps, ReadOnlySpan<float> phi)
        where L : struct, ILanes<L> => MatrixRows.Add<L>(
            ref MemoryMarshal.GetReference(w[..(steps.Length * phi.Length)]), steps.Length, phi.Length,
            ref MemoryMarshal.GetReference(phi), ref MemoryMarshal.GetReference(steps));
}
