using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// Nearest neighbours among the last rows. A head of k neighbours votes with weights exp(-2 (d - d_min) / d_k), d squared
/// distances; p = 0.98 · votes + 0.02 / C. The search looks first within 1.6 times the usual distance of the last neighbour.
/// </summary>
internal sealed class MemoryExpert<L> : IExpert where L : struct, ILanes<L>
{
    private const float Reach = 1.6f;
    private const float ReachRate = 0.02f;
    private const float Sharpness = 2f;
    private const float Doubt = 0.02f;

    private readonly MemoryOptions _options;
    private readonly Ring<L> _ring;
    private readonly float[] _distance;
    private readonly int[] _slot;
    private readonly float[] _weight;
    private float[] _votes = new float[ClassRows.Block];
    private float _usual;

    public MemoryExpert(MemoryOptions options, Schema schema)
    {
        _options = options;
        _ring = new Ring<L>(options.Size, schema.Numeric, schema.Categorical);
        _distance = new float[ClassRows.Padded(options.Size)];
        _slot = new int[options.Size];
        _weight = new float[ClassRows.Padded(options.Wide)];
    }

    public int Heads => 2;

    public void Predict(EncodedBatch batch, int row, Span<float> logProbabilities)
    {
        _ring.Read(batch, row);
        var classes = batch.Known[row];
        if (_votes.Length < batch.ClassStride)
            _votes = new float[batch.ClassStride];
        if (_ring.Count == 0)
        {
            logProbabilities.Fill(classes == 0 ? 0f : Functions.Log(1f / classes));
            return;
        }
        var k = Math.Min(_options.Wide, _ring.Count);
        var limit = _usual > 0f ? Reach * _usual : float.PositiveInfinity;
        var found = _ring.Near(limit, _distance, _slot);
        if (found < k)
        {
            limit = float.PositiveInfinity;
            found = _ring.Near(limit, _distance, _slot);
        }
        Nearest<L>.Keep(_distance, _slot, found, k, limit);
        var farthest = Vote(k, classes, logProbabilities[batch.ClassStride..]);
        _usual = _usual <= 0f ? farthest : _usual + (ReachRate * (farthest - _usual));
        var few = Math.Min(_options.Near, k);
        Nearest<L>.Keep(_distance, _slot, k, few, limit);
        Vote(few, classes, logProbabilities[..batch.ClassStride]);
    }

    public void Learn(EncodedBatch batch, int row) => _ring.Add(batch.Targets[row]);

    public void Save(StateWriter state)
    {
        state.Write((double)_usual);
        _ring.Save(state);
    }

    public void Load(StateReader state)
    {
        _usual = (float)state.ReadDouble();
        _ring.Load(state);
    }

    /// <summary>Writes the log-probabilities by the first k neighbours; gives the distance of the farthest.</summary>
    private float Vote(int k, int classes, Span<float> logProbabilities)
    {
        var (least, most) = (float.MaxValue, 0f);
        for (var i = 0; i < k; i++)
            (least, most) = (Math.Min(least, _distance[i]), Math.Max(most, _distance[i]));
        ref var distance = ref MemoryMarshal.GetArrayDataReference(_distance);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        var scale = L.Fill(-Sharpness / (most + 1e-6f));
        for (nuint i = 0; i < (nuint)k; i += ClassRows.Block)
            Functions.Exp((L.Load(ref distance, i) - L.Fill(least)) * scale).Store(ref weight, i);
        var votes = _votes.AsSpan(0, logProbabilities.Length);
        votes.Clear();
        var sum = 0f;
        var labels = _ring.Labels;
        for (var i = 0; i < k; i++)
        {
            votes[labels[_slot[i]]] += _weight[i];
            sum += _weight[i];
        }
        ref var vote = ref MemoryMarshal.GetReference(votes);
        ref var answer = ref MemoryMarshal.GetReference(logProbabilities);
        var (share, floor) = (L.Fill((1f - Doubt) / sum), L.Fill(Doubt / classes));
        for (nuint c = 0; c < (nuint)classes; c += ClassRows.Block)
            Functions.Log(L.MultiplyAdd(share, L.Load(ref vote, c), floor)).Store(ref answer, c);
        return most;
    }
}
