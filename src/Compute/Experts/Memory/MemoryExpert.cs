using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// Nearest neighbours among the last rows. A head of k neighbours votes with weights exp(-2 (d - d_min) / d_k), d
/// squared distances; p = 0.98 · votes + 0.02 / C. The search looks first within 1.6 times the usual distance of the
/// last neighbour.
/// </summary>
internal sealed class MemoryExpert<L> : IExpert where L : struct, ILanes<L>
{
    private const float Reach = 1.6f;
    private const float FarReach = 3f;

    /// <summary>Lines in which votes are counted side by side, so that one need not wait for the one before.</summary>
    private const int Lines = 4;

    private readonly MemoryOptions _options;
    private readonly Ring<L> _ring;
    private readonly float[] _distance;
    private readonly int[] _slot;
    private readonly float[] _weight;
    private float[] _votes = [];
    private float _usual;

    /// <summary>Length of a line of votes: that of an answer, or more where older labels need it.</summary>
    private int _line;

    public MemoryExpert(MemoryOptions options, Schema schema)
    {
        _options = options;
        _ring = new Ring<L>(options.Input, options.Size, schema.Numeric, schema.Categorical);
        _distance = new float[Ring<L>.Room(options.Wide)];
        _slot = new int[_distance.Length];
        _weight = new float[ClassRows.Padded(options.Wide)];
    }

    private MemoryExpert(MemoryExpert<L> parent)
    {
        (_options, _usual) = (parent._options, parent._usual);
        _ring = parent._ring.Clone();
        _distance = new float[parent._distance.Length];
        _slot = new int[parent._slot.Length];
        _weight = new float[parent._weight.Length];
        FitVotes(parent._line);
    }

    public int Heads => 2;

    public void Predict(EncodedBatch batch, int row, Span<float> logProbabilities)
    {
        if (Search(batch, row, logProbabilities) is var farthest && farthest >= 0f)
            _usual = MemoryRule.Usual(_usual, farthest);
    }

    public void Answer(EncodedBatch batch, int row, Span<float> logProbabilities) =>
        Search(batch, row, logProbabilities);

    public void Settle()
    {
        // nothing is ever put off
    }

    public void Perturb(float deviation, ulong seed)
    {
        // rows that were seen are no weights
    }

    public void Learn(EncodedBatch batch, int row) => _ring.Add(batch.Targets[row]);

    public IExpert Clone() => new MemoryExpert<L>(this);

    public void Save(StateWriter state)
    {
        state.Write((double)_usual);
        _ring.Save(state);
    }

    public void Load(StateReader state)
    {
        _usual = (float)state.ReadDouble(0, float.MaxValue);
        _ring.Load(state);
        FitVotes(Math.Max(_line, ClassRows.Padded(_ring.GreatestLabel + 1)));
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 where there is none.</summary>
    private float Search(EncodedBatch batch, int row, Span<float> logProbabilities)
    {
        _ring.Read(batch, row);
        var classes = batch.Known[row];
        if (_line < batch.ClassStride)
            FitVotes(batch.ClassStride);
        if (_ring.Count == 0)
        {
            logProbabilities.Fill(classes == 0 ? 0f : Functions.Log(1f / classes));
            return -1f;
        }
        var k = Math.Min(_options.Wide, _ring.Count);
        var limit = _usual > 0f ? Reach * _usual : float.PositiveInfinity;
        while (_ring.Near(limit, k, _distance, _slot) < k)
            limit = limit > FarReach * _usual ? float.PositiveInfinity : FarReach * FarReach * _usual;
        var farthest = Vote(k, classes, logProbabilities[batch.ClassStride..]);
        var few = Math.Min(_options.Near, k);
        Nearest<L>.Keep(_distance, _slot, k, few, float.PositiveInfinity);
        Vote(few, classes, logProbabilities[..batch.ClassStride]);
        return farthest;
    }

    private void FitVotes(int line) => (_line, _votes) = (line, new float[Lines * line]);

    /// <summary>Writes the log-probabilities by the first k neighbours; gives the distance of the farthest.</summary>
    private float Vote(int k, int classes, Span<float> logProbabilities)
    {
        var (least, most) = (_distance[0], _distance[0]);
        foreach (var d in _distance.AsSpan(0, k))
        {
            least = d < least ? d : least;
            most = d > most ? d : most;
        }
        Weigh(k, least, MemoryRule.Scale(most));
        var votes = _votes.AsSpan();
        votes.Clear();
        var labels = _ring.Labels;
        for (var i = 0; i < k; i++)
            votes[(i % Lines * _line) + labels[_slot[i]]] += _weight[i];
        Answer(classes, ref MemoryMarshal.GetReference(logProbabilities));
        return most;
    }

    /// <summary>_weight[i] = exp(scale · (d_i - least)).</summary>
    private void Weigh(int k, float least, float scale)
    {
        ref var distance = ref MemoryMarshal.GetArrayDataReference(_distance);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        for (nuint i = 0; i < (nuint)k; i += ClassRows.Block)
            Functions.Exp((L.Load(ref distance, i) - L.Fill(least)) * L.Fill(scale)).Store(ref weight, i);
    }

    private void Answer(int classes, ref float logProbabilities)
    {
        ref var votes = ref MemoryMarshal.GetArrayDataReference(_votes);
        var total = L.Fill(0f);
        for (var c = 0; c < classes; c += ClassRows.Block)
        {
            var sum = L.Load(ref votes, (nuint)c);
            for (var line = 1; line < Lines; line++)
                sum += L.Load(ref votes, (nuint)((line * _line) + c));
            sum.Store(ref votes, (nuint)c);
            total += sum;
        }
        var (share, floor) = (L.Fill((1f - MemoryRule.Doubt) / total.Sum()), L.Fill(MemoryRule.Doubt / classes));
        for (nuint c = 0; c < (nuint)classes; c += ClassRows.Block)
            Functions.Log(L.MultiplyAdd(share, L.Load(ref votes, c), floor)).Store(ref logProbabilities, c);
    }
}
