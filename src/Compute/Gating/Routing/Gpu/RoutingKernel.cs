using ILGPU;
using MoE.Compute.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Gpu;

/// <summary>
/// <see cref="Gating.Routing.Banks.IBankScorer"/> as a kernel: one thread group scores four rows and picks their best.
/// A thread owns the experts t, t + threads, ... of them. Threads of a group are a power of 2.
/// </summary>
internal static class RoutingKernel
{
    /// <summary>Rows of a group.</summary>
    public const int RowsAtOnce = 4;

    /// <summary>Chooses for every row.</summary>
    public static void Choose(RoutingView view)
    {
        var first = RowsAtOnce * Grid.IdxX;
        for (var expert = Group.IdxX; expert < view.Experts; expert += Group.DimX)
            RoutingScores.Score(view, first, expert);
        for (var row = first; row < IntrinsicMath.Min(first + RowsAtOnce, view.Rows); row++)
            RoutingChoice.Pick(view, row);
    }
}

/// <summary>Everything that the choice of experts for a batch reads and writes.</summary>
internal struct RoutingView
{
    /// <summary>Experts, N, in whole groups of 16; rows, B; experts chosen per row, K.</summary>
    public int Experts, Rows, K;

    /// <summary>Length of φ, P, and from where on it is 0 in every row.</summary>
    public int PhiStride, Features;

    /// <summary>G (N / 16, P, 16) and the biases (N).</summary>
    public ArrayView<float> G, Bias;

    /// <summary>φ (B, P).</summary>
    public ArrayView<float> Phi;

    /// <summary>Room for the scores (B, N).</summary>
    public ArrayView<float> Scores;

    /// <summary>The chosen experts (B, K), -1 for none.</summary>
    public ArrayView<int> Best;

    /// <summary>Their scores (B, K).</summary>
    public ArrayView<float> BestScores;
}

/// <summary>
/// scores[row, e] = Σ_p G[e, p] φ[row, p] + bias[e], summed in the order of
/// <see cref="Gating.Routing.Banks.RouterBank.Scores"/>, to the same bits.
/// </summary>
internal static class RoutingScores
{
    /// <summary>Scores four rows, or what is left of them, by one expert.</summary>
    public static void Score(RoutingView view, int row, int expert)
    {
        var last = view.Rows - 1;
        var phi = new Four<int>
        {
            A = row * view.PhiStride,
            B = IntrinsicMath.Min(row + 1, last) * view.PhiStride,
            C = IntrinsicMath.Min(row + 2, last) * view.PhiStride,
            D = IntrinsicMath.Min(row + 3, last) * view.PhiStride,
        };
        var g = (expert / ClassVectors.Block * view.PhiStride * ClassVectors.Block) + (expert % ClassVectors.Block);
        var sums = Add(
            Add(Quarter(view, g, phi, 0), Quarter(view, g, phi, 2)),
            Add(Quarter(view, g, phi, 1), Quarter(view, g, phi, 3)));
        Write(view, row, expert, sums.A);
        Write(view, row + 1, expert, sums.B);
        Write(view, row + 2, expert, sums.C);
        Write(view, row + 3, expert, sums.D);
    }

    private static void Write(RoutingView view, int row, int expert, float g)
    {
        if (row < view.Rows)
            view.Scores[((long)row * view.Experts) + expert] = g + view.Bias[expert];
    }

    private static Four<float> Quarter(RoutingView view, int g, Four<int> phi, int first) => Add(
        Add(Products(view, g, phi, first), Products(view, g, phi, first + 8)),
        Add(Products(view, g, phi, first + 4), Products(view, g, phi, first + 12)));

    private static Four<float> Products(RoutingView view, int g, Four<int> phi, int first)
    {
        var sums = new Four<float>();
        for (var p = first; p < view.Features; p += ClassVectors.Block)
        {
            var weight = view.G[g + (p * ClassVectors.Block)];
            sums.A = MathF.FusedMultiplyAdd(weight, view.Phi[phi.A + p], sums.A);
            sums.B = MathF.FusedMultiplyAdd(weight, view.Phi[phi.B + p], sums.B);
            sums.C = MathF.FusedMultiplyAdd(weight, view.Phi[phi.C + p], sums.C);
            sums.D = MathF.FusedMultiplyAdd(weight, view.Phi[phi.D + p], sums.D);
        }
        return sums;
    }

    private static Four<float> Add(Four<float> a, Four<float> b) =>
        new() { A = a.A + b.A, B = a.B + b.B, C = a.C + b.C, D = a.D + b.D };
}

/// <summary>The K highest scores of a row, by the rule of <see cref="Numerics.TopK"/>.</summary>
internal static class RoutingChoice
{
    private const int None = -1;

    /// <summary>Floats of a group's memory: every thread's best score and its place.</summary>
    public static int SharedFloats(int threads) => 2 * threads;

    /// <summary>Picks a row's experts, the best first: each is the highest of those after the one before.</summary>
    public static void Pick(RoutingView view, int row)
    {
        var all = SharedMemory.GetDynamic<float>();
        var (scores, places) = (all.SubView(0, Group.DimX), all.SubView(Group.DimX, Group.DimX).Cast<int>());
        var of = view.Scores.SubView((long)row * view.Experts, view.Experts);
        var (last, at) = (float.PositiveInfinity, None);
        for (var i = 0; i < view.K; i++)
        {
            FindOwn(of, last, at, scores, places);
            Reduce(scores, places);
            (last, at) = (scores[0], places[0]);
            if (Group.IdxX == 0)
            {
                view.Best[(row * view.K) + i] = at;
                view.BestScores[(row * view.K) + i] = last;
            }
            Group.Barrier();
        }
    }

    /// <summary>The best of a thread's own experts after the last one picked.</summary>
    private static void FindOwn(
        ArrayView<float> of, float last, int at, ArrayView<float> scores, ArrayView<int> places)
    {
        var (best, place) = (float.NegativeInfinity, None);
        for (var e = Group.IdxX; e < of.IntLength; e += Group.DimX)
        {
            var score = of[e];
            if (score > best && (score < last || (score == last && e > at)))
                (best, place) = (score, e);
        }
        scores[Group.IdxX] = best;
        places[Group.IdxX] = place;
        Group.Barrier();
    }

    /// <summary>Brings the best of all threads to the front; of equal ones the lowest place.</summary>
    private static void Reduce(ArrayView<float> scores, ArrayView<int> places)
    {
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                Join(scores, places, Group.IdxX, Group.IdxX + half);
            Group.Barrier();
        }
    }

    private static void Join(ArrayView<float> scores, ArrayView<int> places, int to, int from)
    {
        var (a, b) = (scores[to], scores[from]);
        if (!(b > a || (b == a && places[from] < places[to])))
            return;
        scores[to] = b;
        places[to] = places[from];
    }
}
