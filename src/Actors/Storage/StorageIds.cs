namespace MoE.Actors.Storage;

/// <summary>
/// Under which ids a model lies in its stores. Never changed: they are in users' data directories. Names of models and
/// experts may hold hyphens, so that up to format 2 an expert of one model could have the id of another model's gate or
/// expert. From format 3 on, a text that can be read in two ways is not used: slashes, which no name may hold, stand
/// between the parts then.
/// </summary>
internal sealed record StorageIds(string Model, int Format)
{
    private const string Expert = "-expert-";
    private const string GateEnd = "-gate";
    /// <summary>The first format of a model whose ids can be read in one way only.</summary>
    public const int FirstUnambiguousFormat = 3;

    /// <summary>The images of the gate.</summary>
    public string OfGate => Unambiguous($"model-{Model}{GateEnd}", $"model-{Model}/gate");

    /// <summary>The log of a model.</summary>
    public static string Log(string model) => $"model-{model}";

    /// <summary>The images of one of its experts.</summary>
    /// <param name="origin">The expert's name in stores.</param>
    public string OfExpert(string origin) =>
        Unambiguous($"model-{Model}{Expert}{origin}", $"model-{Model}/expert/{origin}");

    private string Unambiguous(string hyphens, string slashes) =>
        Format >= FirstUnambiguousFormat && Readings(hyphens) > 1 ? slashes : hyphens;

    // As an expert's id it can be split at each of these, which may overlap; and it may be a gate's.
    private static int Readings(string id)
    {
        var readings = id.EndsWith(GateEnd, StringComparison.Ordinal) ? 1 : 0;
        for (var at = id.IndexOf(Expert, StringComparison.Ordinal); at >= 0;
            at = id.IndexOf(Expert, at + 1, StringComparison.Ordinal))
            readings++;
        return readings;
    }
}
