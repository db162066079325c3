using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Numerics;
using MoE.Compute.Tests.Experts;

namespace MoE.Compute.Tests.Gating;

/// <summary>
/// What E experts said about one row, log-probabilities by expert and class; and the row's features and class.
/// </summary>
internal sealed record MixerRow(float[][] Logs, float[] Phi, int Y)
{
    public const int PhiStride = 16;

    public int Classes => Logs[0].Length;

    /// <summary>Rows of experts that are unsure, sure, or sure of what is wrong.</summary>
    public static Gen<MixerRow[]> Stream(int experts, int classes, int rows)
    {
        var unsure = Gen.Double[-3, 3].Array[classes].Select(
            logits => ExpertReference.Softmax(logits).Select(p => (float)Math.Log(p)).ToArray());
        var sure = Gen.Int[0, classes - 1].Select(
            one => Enumerable.Range(0, classes).Select(c => c == one ? 0f : -200f).ToArray());
        var answers = Gen.OneOf(unsure, sure).Array[experts];
        var phi = Gen.Float[-2f, 2f].Array[PhiStride - 1].Select(x => (float[])[1f, .. x]);
        return Gen.Select(answers, phi, Gen.Int[0, classes - 1], (logs, x, y) => new MixerRow(logs, x, y)).Array[rows];
    }

    /// <summary>Any number of experts and classes.</summary>
    public static Gen<MixerRow[]> Any(int rows) =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20]).SelectMany((experts, classes) => Stream(experts, classes, rows));

    /// <summary>Hands the row to mixers; padding holds what it must not matter: a certainty.</summary>
    public void Give<L>(MixerInputs<L> inputs) where L : struct, ILanes<L>
    {
        var stride = ClassVectors.Padded(Classes);
        inputs.Begin(Phi, Classes, stride);
        for (var e = 0; e < Logs.Length; e++)
            inputs.Set(e, [.. Logs[e], .. new float[stride - Classes]]);
    }

    /// <summary>Mixes the row; gives its probabilities, the padding among them.</summary>
    public float[] Mix(IMixer<Lanes16> mixer, MixerInputs<Lanes16> inputs)
    {
        Give(inputs);
        var p = new float[inputs.Stride];
        mixer.Mix(inputs, p);
        return p;
    }

    /// <summary>Mixes the row and lets it teach the mixer.</summary>
    public float[] Walk(IMixer<Lanes16> mixer, MixerInputs<Lanes16> inputs)
    {
        var p = Mix(mixer, inputs);
        inputs.Reveal(Y);
        mixer.Learn(inputs, p, Y);
        return p;
    }

    /// <summary>The arrays of floats that a part saves, in order.</summary>
    public static double[][] Saved(Action<StateWriter> save, int arrays)
    {
        var image = new StateWriter();
        save(image);
        var reader = new StateReader(image.ToArray());
        return [.. Enumerable.Range(0, arrays).Select(_ => reader.ReadArray<float>().Select(v => (double)v).ToArray())];
    }
}
