using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

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

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, Together);
            Forward(batch, rows[..count]);
            for (var i = 0; i < count; i++)
                Give(i, shape.KnownClasses[rows[i]], answers[(i * shape.Stride)..]);
            rows = rows[count..];
            answers = answers[(count * shape.Stride)..];
        }
    }

    /// <summary>Predicts one row.</summary>
    public void Predict(FeatureBatch batch, int row, int known, Span<float> answer)
    {
        Forward(batch, [row]);
        Give(0, known, answer);
    }

    public IPredictor Share() => new DeepPredictor<L>(network, inputs.Share(), Classes);

    private void Forward(FeatureBatch batch, ReadOnlySpan<int> rows)
    {
        _activations.Fit(network.Outputs);
        if (_flat.Length != network.Outputs)
            (_flat, _probabilities) = (new float[network.Outputs], new float[network.Outputs]);
        for (var i = 0; i < rows.Length; i++)
        {
            inputs.ReadKnown(batch, rows[i]);
            network.Inputs.Forward(inputs, _sum);
            _activations.Put(i, _sum);
        }
        network.Forward(_activations, 0, rows.Length);
    }

    private void Give(int place, int known, Span<float> answer)
    {
        ref var flat = ref MemoryMarshal.GetArrayDataReference(_flat);
        Panels.Gather(_activations.Logits, Together, place, _flat);
        ClassVectors.LogSoftmax<L>(
            ref flat, Classes, ref flat, ref MemoryMarshal.GetArrayDataReference(_probabilities));
        ClassVectors.Spread(_flat, Classes, known, answer);
    }
}
