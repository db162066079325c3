using MoE.Compute.Files;

namespace MoE.Compute.Gating;

/// <summary>
/// A gate as one image: what it saved of its encoding, then of its mixing, then of growth, if that is on, each
/// after its length. All are of the same batch, though a gate that encodes ahead saves the first earlier.
/// </summary>
public static class GateImage
{
    /// <summary>The image of a gate that has nothing under way.</summary>
    public static byte[] Of(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        var encoding = new StateWriter();
        gate.SaveEncoding(encoding);
        return Join(encoding.Bytes, gate);
    }

    /// <summary>The image of an encoding saved before and of what the gate saves of the rest now.</summary>
    public static byte[] Join(ReadOnlySpan<byte> encoding, Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        var (mixing, growth) = (new StateWriter(), new StateWriter());
        gate.SaveMixing(mixing);
        gate.SaveGrowth(growth);
        var image = new StateWriter();
        image.Write(encoding);
        image.Write(mixing.Bytes);
        if (growth.Bytes.Length > 0)
            image.Write(growth.Bytes);
        return image.ToArray();
    }

    /// <summary>The parts of an image; growth is null if it was off.</summary>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public static (byte[] Encoding, byte[] Mixing, byte[]? Growth) Split(ReadOnlyMemory<byte> image)
    {
        var parts = new StateReader(image);
        var (encoding, mixing) = (parts.ReadArray<byte>(), parts.ReadArray<byte>());
        var growth = parts.AtEnd ? null : parts.ReadArray<byte>();
        parts.End();
        return (encoding, mixing, growth);
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
        if (parts.Growth is null)
            return;
        var growth = new StateReader(parts.Growth);
        gate.LoadGrowth(growth);
        growth.End();
    }
}

/// <summary>An expert that was put out of the pool: it answers nothing from batch <paramref name="From"/> on.</summary>
/// <param name="Id">Its origin.</param>
/// <param name="From">The first batch that it did not learn.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record DroppedExpert(string Id, long From, string Reason);
