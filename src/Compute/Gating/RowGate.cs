using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Rosters;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating;

/// <summary>Router and mixers over a pool, in vectors of <typeparamref name="L"/>.</summary>
internal sealed class RowGate<L> : IRowGate where L : struct, ILanes<L>
{
    /// <summary>Part of the routed experts' common answer that is spread evenly.</summary>
    private const float Doubt = 1e-4f;

    private readonly (int Expert, int Head, int Heads)[] _shared;
    private readonly (int Expert, int Heads)[] _routed;
    private readonly Router<L> _router;
    private readonly MixerInputs<L> _inputs;
    private readonly MixerStack<L> _mixers;
    private readonly Roster _roster;
    private readonly float[] _weight;
    private readonly float[] _ofTruth;
    private readonly bool[] _right;
    private float[] _common = [];
    private float[] _each = [];
    private float[] _unknowing = [];
    private int _unknowingOf;

    public RowGate(MixtureOptions options, int phiStride)
    {
        var pool = options.Pool
            .Select((spec, expert) => (Spec: spec, Expert: expert, Heads: ExpertKinds.Heads(spec))).ToList();
        _shared = [.. pool.Where(e => e.Spec.Role == ExpertRole.Shared)
            .SelectMany(e => Enumerable.Range(0, e.Heads).Select(head => (e.Expert, head, e.Heads)))];
        _routed = [.. pool.Where(e => e.Spec.Role == ExpertRole.Routed).Select(e => (e.Expert, e.Heads))];
        _roster = Roster.Of(options);
        _router = new Router<L>(
            options.Router, _roster, phiStride, options.Window, Noise.Seed(options.Seed, "router"));
        var inputs = _shared.Length + (_routed.Length > 0 ? 1 : 0);
        _inputs = new MixerInputs<L>(inputs, phiStride);
        _mixers = new MixerStack<L>(inputs, phiStride);
        (_weight, _ofTruth) = (new float[_routed.Length], new float[_routed.Length]);
        _right = new bool[_routed.Length];
    }

    public int Begin(long batch, int rows) => _router.Begin(batch, rows, _roster);

    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen) => _router.Choose(phi, chosen);

    public void Mix(
        EncodedBatch batch, int row, ReadOnlySpan<float[]?> answers, ReadOnlySpan<int> place, Span<float> probabilities)
    {
        var (classes, stride) = (batch.Known[row], batch.ClassStride);
        var phi = batch.Phi.AsSpan(row * batch.PhiStride, batch.PhiStride);
        _inputs.Begin(phi, classes, stride);
        Know(classes, stride);
        for (var i = 0; i < _shared.Length; i++)
        {
            var (expert, head, heads) = _shared[i];
            _inputs.Set(i, Answer(answers[expert], ((row * heads) + head) * stride, stride));
        }
        if (_routed.Length > 0)
        {
            var chosen = Chosen(batch, row);
            _router.Weigh(phi, chosen, _weight);
            MixRouted(chosen, answers, place, classes, stride);
            _inputs.Set(_shared.Length, _common.AsSpan(0, stride));
        }
        _mixers.Mix(_inputs, probabilities);
    }

    public void Learn(EncodedBatch batch, int row)
    {
        var y = batch.Targets[row];
        _inputs.Reveal(y);
        _mixers.Learn(_inputs, y);
        if (_routed.Length == 0)
            return;
        var chosen = Chosen(batch, row);
        for (var i = 0; i < chosen.Length; i++)
        {
            var each = _each.AsSpan(i * batch.ClassStride, batch.Known[row]);
            (_ofTruth[i], _right[i]) = (each[y], TopK.First(each) == y);
        }
        _router.Learn(
            batch.Phi.AsSpan(row * batch.PhiStride, batch.PhiStride), chosen, _weight, _ofTruth, _right);
    }

    public void Mark(long batch) => _router.Mark(batch);

    public void Save(StateWriter state)
    {
        _router.Save(state);
        _mixers.Save(state);
    }

    public void Load(StateReader state)
    {
        _router.Load(state);
        _mixers.Load(state);
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
            var weight = L.Fill(_weight[i]);
            for (nuint c = 0; c < (nuint)classes; c += ClassRows.Block)
            {
                var p = Functions.Exp(L.Load(ref log, c));
                p.Store(ref each, c);
                L.MultiplyAdd(weight, p, L.Load(ref common, c)).Store(ref common, c);
            }
        }
        for (nuint c = 0; c < (nuint)classes; c += ClassRows.Block)
            Functions.Log(L.Load(ref common, c)).Store(ref common, c);
    }

    private static ReadOnlySpan<int> Chosen(EncodedBatch batch, int row)
    {
        var k = batch.Chosen.Length / batch.Rows;
        return batch.Chosen.AsSpan(row * k, k);
    }

    private ReadOnlySpan<float> Answer(float[]? answers, int at, int stride) =>
        answers is null ? _unknowing.AsSpan(0, stride) : answers.AsSpan(at, stride);

    private void Know(int classes, int stride)
    {
        if (_common.Length < stride)
        {
            (_common, _each, _unknowing) = (new float[stride], new float[_routed.Length * stride], new float[stride]);
            _unknowingOf = 0;
        }
        if (_unknowingOf == classes)
            return;
        _unknowingOf = classes;
        _unknowing.AsSpan().Fill(Functions.Log(1f / classes));
    }
}
