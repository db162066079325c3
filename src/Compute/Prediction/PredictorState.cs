using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Prediction;

/// <summary>What the threads that predict share; nobody changes any of it.</summary>
/// <param name="Schema">The columns.</param>
/// <param name="Options">Everything that decides what is computed.</param>
/// <param name="Roster">The pool that the next batch would meet.</param>
/// <param name="Names">The names met so far.</param>
/// <param name="Encoder">What rows are encoded by.</param>
/// <param name="Mixed">The pool that saw the last batch.</param>
/// <param name="Rows">The image of router and mixers over that one.</param>
/// <param name="Experts">By place in the roster; null for one that is not asked.</param>
internal sealed record PredictorState(
    Schema Schema, MixtureOptions Options, Roster Roster, PredictorNames Names, Encoder Encoder, Roster Mixed,
    byte[] Rows, IPredictor?[] Experts)
{
    /// <summary>Length of a row of probabilities: the classes known, rounded up to 16.</summary>
    public int Stride { get; } = ClassVectors.Stride(Names.Classes.Count);
}

/// <summary>The names that a model had met at a moment.</summary>
/// <param name="Classes">The classes, by index.</param>
/// <param name="Categories">By feature, how many names it had; 0 for numbers.</param>
/// <param name="Vocabulary">The names with their indices, among them later ones.</param>
internal sealed record PredictorNames(IReadOnlyList<string> Classes, int[] Categories, Vocabulary Vocabulary)
{
    /// <summary>The names met so far.</summary>
    public static PredictorNames Of(Schema schema, Vocabulary vocabulary) => new(
        [.. vocabulary.Classes],
        [.. schema.Features.Select((_, feature) => vocabulary.Categories(feature).Count)],
        vocabulary);
}
