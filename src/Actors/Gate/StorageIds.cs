namespace MoE.Actors.Gate;

/// <summary>Under which ids a model lies in its stores. Never changed: they are in users' data directories.</summary>
internal static class StorageIds
{
    /// <summary>The log of a model.</summary>
    public static string Log(string model) => $"model-{model}";

    /// <summary>The images of its gate.</summary>
    public static string Gate(string model) => $"model-{model}-gate";

    /// <summary>The images of one of its experts.</summary>
    public static string Expert(string model, string id) => $"model-{model}-expert-{id}";
}
