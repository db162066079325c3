using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>What the layers give for some rows, in panels with room for that many.</summary>
internal sealed class DeepActivations(int room, int first, int second)
{
    /// <summary>Rows that there is room for.</summary>
    public int Room => room;

    /// <summary>The first hidden layer (room, H₁).</summary>
    public float[] First { get; } = new float[room * first];

    /// <summary>The second hidden layer (room, H₂).</summary>
    public float[] Second { get; } = new float[room * second];

    /// <summary>Logits (room, C).</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>Makes room for so many outputs; the logits are to be computed anew.</summary>
    public void Fit(int outputs)
    {
        if (Logits.Length != room * outputs)
            Logits = new float[room * outputs];
    }

    /// <summary>Takes a row's first layer: max(0, sum).</summary>
    public void Put(int row, float[] sum)
    {
        for (var k = 0; k < sum.Length; k++)
            sum[k] = Math.Max(0f, sum[k]);
        Panels.Scatter(sum, First, room, row);
    }
}
