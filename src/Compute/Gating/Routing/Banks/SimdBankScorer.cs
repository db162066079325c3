using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>The definition: 16 experts at once, for a few rows after each other.</summary>
internal sealed class SimdBankScorer<L> : IBankScorer where L : struct, ILanes<L>
{
    /// <summary>Rows scored together, so that the weights of a group of experts are read once for all.</summary>
    private const int RowsAtOnce = 16;

    private float[] _scores = [];

    /// <summary>Scores (N) of all experts for the row that was chosen for, where it was the only one.</summary>
    public ReadOnlySpan<float> ScoresOf(RouterBank bank) => _scores.AsSpan(0, bank.Experts);

    /// <inheritdoc/>
    public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
    {
        var (experts, rows) = (bank.Experts, phi.Length / bank.PhiStride);
        var k = best.Length / rows;
        if (_scores.Length < Math.Min(rows, RowsAtOnce) * experts)
            _scores = new float[Math.Min(rows, RowsAtOnce) * experts];
        for (var row = 0; row < rows; row++)
        {
            if (row % RowsAtOnce == 0)
                Score(bank, phi.Slice(row * bank.PhiStride, Math.Min(rows - row, RowsAtOnce) * bank.PhiStride));
            var of = _scores.AsSpan(row % RowsAtOnce * experts, experts);
            var picked = best.Slice(row * k, k);
            picked[TopK.Select<L>(of, picked, scores.Slice(row * k, k))..].Fill(-1);
        }
    }

    private void Score(RouterBank bank, ReadOnlySpan<float> phi)
    {
        var (groups, experts, stride) = (bank.Groups, bank.Experts, bank.PhiStride);
        var rows = phi.Length / stride;
        Span<int> features = stackalloc int[RowsAtOnce];
        for (var row = 0; row < rows; row++)
            features[row] = RouterBank.Features(phi.Slice(row * stride, stride));
        for (var group = 0; group < groups; group++)
        {
            var at = group * ClassVectors.Block;
            var bias = L.Load(ref bank.Bias[0], (nuint)at);
            for (var row = 0; row < rows; row++)
                (bank.Scores<L>(group, phi.Slice(row * stride, stride), features[row]) + bias)
                    .Store(ref _scores[0], (nuint)((row * experts) + at));
        }
    }
}
