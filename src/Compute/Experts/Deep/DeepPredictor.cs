using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Simd;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>Predicts by a network as it is, 32 rows in one product of matrices per layer.</summary>
internal sealed class DeepPredictor<L>(DeepNetwork<L> network, MlpInputs inputs, int classes) : IPredictor
    where L : struct, ILanes<L>
{
    /// <summary>Rows of a product.</summary>
    private const int Together = 32;

    private readonly DeepActivations _activations = new(Together, network.First, network.Second);
    private readonly float[] _sum = new float[network.First];
    private float[] _flat = [];
    private float[] _probabilities = [];

    /// <summary>Classes that the network has met.</summary>
    public int Classes { get; set; } = classes;

    public void Predict(EncodedBatch batch, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _activations.Fit(network.Outputs);
        if (_flat.Length != network.Outputs)
            (_flat, _probabilities) = (new float[network.Outputs], new float[network.Outputs]);
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, Together);
            PredictTogether(batch, rows[..count], answers);
            rows = rows[count..];
            answers = answers[(count * batch.ClassStride)..];
        }
    }

    public IPredictor Share() => new DeepPredictor<L>(network, inputs.Share(), Classes);

    private void PredictTogether(EncodedBatch batch, ReadOnlySpan<int> rows, Span<float> answers)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            inputs.ReadKnown(batch, rows[i]);
            network.Inputs.Forward(inputs, _sum);
            _activations.Put(i, _sum);
        }
        network.Forward(_activations, 0, rows.Length);
        ref var flat = ref MemoryMarshal.GetArrayDataReference(_flat);
        for (var i = 0; i < rows.Length; i++)
        {
            Panels.Gather(_activations.Logits, Together, i, _flat);
            ClassRows.LogSoftmax<L>(
                ref flat, Classes, ref flat, ref MemoryMarshal.GetArrayDataReference(_probabilities));
            ClassRows.Spread(_flat, Classes, batch.Known[rows[i]], answers[(i * batch.ClassStride)..]);
        }
    }
}
