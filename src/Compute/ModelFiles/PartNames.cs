using MoE.Compute.Experts;

namespace MoE.Compute.ModelFiles;

/// <summary>
/// What the parts of a model file are called in messages. The names are part of the checksums, so that no part passes
/// for another.
/// </summary>
internal static class PartNames
{
    public const string Definition = "the definition";
    public const string Progress = "the standing";
    public const string Gate = "the image of the gate";

    public static string Expert(ExpertSpec spec) => $"the image of expert '{spec.Id}'";
}
