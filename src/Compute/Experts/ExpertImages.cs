using MoE.Compute.Files;

namespace MoE.Compute.Experts;

/// <summary>From an expert's numbers to their image, and back.</summary>
public static class ExpertImages
{
    /// <summary>An expert's image.</summary>
    /// <param name="expert">The expert.</param>
    /// <param name="room">Bytes that it will about have.</param>
    public static ReadOnlyMemory<byte> Of(IExpert expert, int room = 1 << 16)
    {
        ArgumentNullException.ThrowIfNull(expert);
        var image = new StateWriter(room);
        expert.Save(image);
        return image.Written;
    }

    /// <summary>An expert with the numbers of an image.</summary>
    /// <param name="expert">One of the same kind and options that has seen nothing; becomes the result.</param>
    /// <param name="image">The image.</param>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public static IExpert Read(IExpert expert, ReadOnlyMemory<byte> image)
    {
        ArgumentNullException.ThrowIfNull(expert);
        var numbers = new StateReader(image);
        expert.Load(numbers);
        numbers.End();
        return expert;
    }
}
