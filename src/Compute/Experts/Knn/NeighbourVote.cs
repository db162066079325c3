using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// Probabilities by the votes of neighbours with weights exp(-2 (d - d_min) / d_max), d squared distances:
/// p = 0.98 · votes + 0.02 / C.
/// </summary>
/// <param name="wide">Neighbours at most.</param>
internal sealed class NeighbourVote<L>(int wide) where L : struct, ILanes<L>
{
    /// <summary>Lines in which votes are counted side by side, so that one need not wait for the one before.</summary>
    private const int Lines = 4;

    /// <summary>Labels up to which the votes for each are added in lanes; with more, each vote by itself.</summary>
    private const int FewLabels = 8;

    private readonly float[] _weight = new float[ClassVectors.Padded(wide)];
    private float[] _votes = [];

    /// <summary>Length of a line of votes: that of an answer, or more where older labels need it.</summary>
    private int _line;

    /// <summary>Makes room for answers of a length, and for labels below it.</summary>
    public void Fit(int line)
    {
        if (_line < line)
            (_line, _votes) = (line, new float[Lines * line]);
    }

    /// <summary>The log-probabilities of C classes by the first k neighbours.</summary>
    /// <param name="of">The neighbours.</param>
    /// <param name="k">How many of them vote.</param>
    /// <param name="labels">Above every label.</param>
    /// <param name="classes">C.</param>
    /// <param name="logProbabilities">C padded to a multiple of 16.</param>
    /// <returns>The distance of the farthest.</returns>
    public float Count(Neighbours<L> of, int k, int labels, int classes, Span<float> logProbabilities)
    {
        var most = Weigh(ref MemoryMarshal.GetArrayDataReference(of.Distance), k);
        ref var votes = ref MemoryMarshal.GetArrayDataReference(_votes);
        ref var label = ref MemoryMarshal.GetArrayDataReference(of.Label);
        if (labels > FewLabels)
            CountOneByOne(of.Label, k);
        var total = L.Broadcast(0f);
        for (var c = 0; c < classes; c += ClassVectors.Block)
        {
            var sum = labels > FewLabels ? SumOfLines(ref votes, c) : L.Join(
                InLanes(ref label, k, c, labels), InLanes(ref label, k, c + 4, labels),
                InLanes(ref label, k, c + 8, labels), InLanes(ref label, k, c + 12, labels));
            sum.Store(ref votes, (nuint)c);
            total += sum;
        }
        ref var answer = ref MemoryMarshal.GetReference(logProbabilities);
        var (share, floor) = (L.Broadcast((1f - KnnRule.Doubt) / total.Sum()), L.Broadcast(KnnRule.Doubt / classes));
        for (nuint c = 0; c < (nuint)classes; c += ClassVectors.Block)
            FastMath.Log(L.MultiplyAdd(share, L.Load(ref votes, c), floor)).Store(ref answer, c);
        return most;
    }

    /// <summary>The weights of the first k, 0 after them; returns the greatest distance.</summary>
    private float Weigh(ref float distance, int k)
    {
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        var (near, far) = (L.Broadcast(float.MaxValue), L.Broadcast(0f));
        for (var i = 0; i < k; i += ClassVectors.Block)
        {
            var behind = ClassVectors.Mask<L>(i, k);
            var d = L.MaskPositive(behind + L.Broadcast(1f), L.Load(ref distance, (nuint)i));
            (near, far) = (L.Min(near, d - behind), L.Max(far, d));
        }
        var (least, most) = (-(L.Broadcast(0f) - near).MaxAcross(), far.MaxAcross());
        var scale = L.Broadcast(KnnRule.Scale(most));
        for (var i = 0; i < k; i += ClassVectors.Block)
        {
            var power = FastMath.Exp((L.Load(ref distance, (nuint)i) - L.Broadcast(least)) * scale);
            L.MaskPositive(ClassVectors.Mask<L>(i, k) + L.Broadcast(1f), power).Store(ref weight, (nuint)i);
        }
        return most;
    }

    /// <summary>votes[i mod 4, label] = Σ weight[i].</summary>
    private void CountOneByOne(float[] label, int k)
    {
        var votes = _votes.AsSpan();
        votes.Clear();
        for (var i = 0; i < k; i++)
            votes[(i % Lines * _line) + (int)label[i]] += _weight[i];
    }

    /// <summary>The votes for a block of classes: the sum of all lines.</summary>
    private L SumOfLines(ref float votes, int c)
    {
        var sum = L.Load(ref votes, (nuint)c);
        for (var line = 1; line < Lines; line++)
            sum += L.Load(ref votes, (nuint)((line * _line) + c));
        return sum;
    }

    /// <summary>The votes for four classes, in the order of <see cref="CountOneByOne"/>: a lane is a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes4 InLanes(ref float label, int k, int c, int labels)
    {
        if (c >= labels)
            return Lanes4.Broadcast(0f);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        var (c0, c1) = (Lanes4.Broadcast(c), Lanes4.Broadcast(c + 1));
        var (c2, c3) = (Lanes4.Broadcast(c + 2), Lanes4.Broadcast(c + 3));
        var (v0, v1, v2, v3) = (Lanes4.Broadcast(0f), Lanes4.Broadcast(0f), Lanes4.Broadcast(0f), Lanes4.Broadcast(0f));
        for (nuint i = 0; i < (nuint)k; i += Lines)
        {
            var (of, w) = (Lanes4.Load(ref label, i), Lanes4.Load(ref weight, i));
            v0 += Lanes4.WhereEqual(of, c0, w);
            v1 += Lanes4.WhereEqual(of, c1, w);
            v2 += Lanes4.WhereEqual(of, c2, w);
            v3 += Lanes4.WhereEqual(of, c3, w);
        }
        return Lanes4.SumsInOrder(v0, v1, v2, v3);
    }
}
