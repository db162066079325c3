using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Actors.Expert;

/// <summary>
/// What a copy begins as: its parent as it was then. Within a process that may be the numbers themselves, which nobody
/// changes any more; on a wire it is their image.
/// </summary>
internal sealed class InitialState
{
    private readonly IExpert? _numbers;
    private readonly ReadOnlyMemory<byte> _image;

    private InitialState()
    {
    }

    /// <summary>The parent's numbers.</summary>
    public InitialState(Member parent, IExpert numbers) => (Parent, _numbers) = (parent, numbers);

    /// <summary>The image of the parent's numbers.</summary>
    public InitialState(Member parent, ReadOnlyMemory<byte> image) => (Parent, _image) = (parent, image);

    /// <summary>Numbers that the device keeps, under the copy's key.</summary>
    public static InitialState OnDevice { get; } = new();

    /// <summary>The parent; null if the device keeps its numbers.</summary>
    public Member? Parent { get; }

    /// <summary>Whether it is gone when the device is.</summary>
    public bool IsOnDevice => Parent is null;

    /// <summary>The image of the parent's numbers.</summary>
    public ReadOnlyMemory<byte> Image() => _numbers is null ? _image : ExpertImages.Of(_numbers);

    /// <summary>The parent's numbers.</summary>
    /// <param name="newExpert">Makes an expert as it is before the first row.</param>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public IExpert Numbers(Func<Member, IExpert> newExpert) =>
        _numbers ?? ExpertImages.Read(newExpert(Parent!), _image);
}

/// <summary>
/// What predicts by an expert's state after some batch. Within a process that is an object; on a wire it is the
/// expert's image, from which the receiver makes one.
/// </summary>
/// <param name="Predictor">What predicts; null if the image is given.</param>
/// <param name="Image">The expert's image; empty if what predicts is given.</param>
/// <param name="Classes">Classes of the rows to come; 0 for an expert that does not learn.</param>
internal sealed record ExpertSnapshot(IPredictor? Predictor, ReadOnlyMemory<byte> Image, int Classes)
{
    /// <summary>What predicts.</summary>
    /// <param name="newExpert">Makes the expert as it is before the first row.</param>
    public IPredictor Read(Func<IExpert> newExpert) =>
        Predictor ?? ExpertImages.Read(newExpert(), Image).Snapshot(Classes);
}
