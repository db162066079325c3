using ILGPU;

namespace MoE.Compute.Kernels.Routing;

/// <summary>The K highest scores of a row, by the rule of <see cref="Gating.Routing.TopK"/>.</summary>
internal static class RoutingChoice
{
    private const int None = -1;

    /// <summary>Floats of a group's memory: every thread's best score and its place.</summary>
    public static int SharedFloats(int threads) => 2 * threads;

    /// <summary>Picks a row's experts, the best first: each is the highest of those behind the one before.</summary>
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

    /// <summary>The best of a thread's own experts behind the last one picked.</summary>
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
