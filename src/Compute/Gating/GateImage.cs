using MoE.Compute.Files;

namespace MoE.Compute.Gating;

/// <summary>
/// A gate as one image: what it saved of its encoding, then of its mixing, each behind its length. Both are of the same
/// batch, though a gate that encodes ahead saves the first earlier.
/// </summary>
public static class GateImage
{
    /// <summary>The image of a gate that has nothing under way.</summary>
    public static byte[] Of(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        var encoding = new StateWriter();
        gate.SaveEncoding(encoding);
        return Join(encoding.Bytes, gate.SaveMixing);
    }

    /// <summary>The image of an encoding saved before and of what <paramref name="saveMixing"/> saves now.</summary>
    public static byte[] Join(ReadOnlySpan<byte> encoding, Action<StateWriter> saveMixing)
    {
        ArgumentNullException.ThrowIfNull(saveMixing);
        var mixing = new StateWriter();
        saveMixing(mixing);
        var image = new StateWriter();
        image.Write(encoding);
        image.Write(mixing.Bytes);
        return image.ToArray();
    }

    /// <summary>The two that an image was joined of.</summary>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public static (byte[] Encoding, byte[] Mixing) Split(ReadOnlyMemory<byte> image)
    {
        var parts = new StateReader(image);
        var (encoding, mixing) = (parts.ReadArray<byte>(), parts.ReadArray<byte>());
        parts.End();
        return (encoding, mixing);
    }

    /// <summary>Takes an image over into a gate of the same schema and options.</summary>
    /// <exception cref="InvalidDataException">The image is damaged; the gate must not be used any more.</exception>
    public static void Load(Gate gate, ReadOnlyMemory<byte> image)
    {
        ArgumentNullException.ThrowIfNull(gate);
        var parts = Split(image);
        var (encoding, mixing) = (new StateReader(parts.Encoding), new StateReader(parts.Mixing));
        gate.LoadEncoding(encoding);
        encoding.End();
        gate.LoadMixing(mixing);
        mixing.End();
    }
}
