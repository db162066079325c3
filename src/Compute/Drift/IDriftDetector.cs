using MoE.Compute.Files;

namespace MoE.Compute.Drift;

/// <summary>
/// Watches the mean of a series of numbers, such as the losses of predictions, and says when it has changed. Between
/// two changes lies a regime. What it reports depends on the values alone, so that a replay reports the same.
/// </summary>
public interface IDriftDetector
{
    /// <summary>
    /// Values since the present regime seems to have begun, the last one among them: right after a change, how long
    /// ago that happened by the best guess.
    /// </summary>
    long RegimeLength { get; }

    /// <summary>Takes the next value, and says whether a change is confirmed by it, and in which direction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none that the detector takes.</exception>
    Change Add(double value);

    /// <summary>Writes the whole state, but not the options.</summary>
    void Save(StateWriter state);

    /// <summary>Takes over what <see cref="Save"/> wrote of a detector with the same options.</summary>
    /// <exception cref="InvalidDataException">It is none that <see cref="Save"/> can have written.</exception>
    void Load(StateReader state);
}

/// <summary>What a detector says of the mean of the values it was given.</summary>
public enum Change
{
    /// <summary>Nothing speaks against its being what it was.</summary>
    None,

    /// <summary>It has risen: of a loss, the predictions have become worse.</summary>
    Up,

    /// <summary>It has fallen: of a loss, the predictions have become better.</summary>
    Down,
}
