using ILGPU;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Memory;

/// <summary>
/// Where the numbers of a memory lie in its slot, and what it is: the ring in its tiles, as the image has it, then room
/// to search where the group's memory has too little, then the usual distance.
/// </summary>
internal struct MemoryShape
{
    /// <summary>Among the whole numbers: the slot written next, the slots in use, then the classes by slot.</summary>
    public const int Labels = 2;

    /// <summary>Floats for a search that the group's memory can hold: 40 KB, of the 48 that every device has.</summary>
    private const int MostInGroup = 10240;

    private const int FewestCandidates = 32;

    /// <summary>What distances are measured in, as <see cref="MemoryInput"/>.</summary>
    public int Input;

    /// <summary>Rows kept.</summary>
    public int Size;

    /// <summary>Neighbours that vote in the first head and in the second.</summary>
    public int Near, Wide;

    /// <summary>Numeric and categorical features.</summary>
    public int Numeric, Categorical;

    /// <summary>Values of a row.</summary>
    public readonly int Features => Numeric + Categorical;

    /// <summary>Rows kept, in whole tiles.</summary>
    public readonly int Padded => MemoryRule.Padded(Size);

    /// <summary>Floats of the ring.</summary>
    public readonly int Values => Padded * Features;

    /// <summary>Slots that are compared with each other, at most.</summary>
    public readonly int Candidates => IntrinsicMath.Max(FewestCandidates, ClassRows.Padded(2 * Wide));

    /// <summary>Floats that a search needs.</summary>
    public readonly int Search => Features + Padded + (2 * Candidates) + (4 * Wide);

    /// <summary>Whether the group's memory holds them.</summary>
    public readonly bool SearchesInGroup => Search <= MostInGroup;

    /// <summary>Where the usual distance stands.</summary>
    public readonly int Usual => Values + (SearchesInGroup ? 0 : MemoryRule.Padded(Search));

    /// <summary>The slot's size; its floats are whole tiles, so that every ring begins where reads are fast.</summary>
    public readonly SlotSize SlotSize => new(Usual + MemoryRule.Tile, Labels + Size, 0);

    /// <summary>The slot's floats, where they may be more than can be counted in 32 bits.</summary>
    public readonly long Floats => ((long)Padded * Features) + (SlotSize.Floats - Values);

    /// <summary>The shape of memories of these options.</summary>
    public static MemoryShape Of(MemoryOptions options, int numeric, int categorical) => new()
    {
        Input = (int)options.Input,
        Size = options.Size,
        Near = options.Near,
        Wide = options.Wide,
        Numeric = numeric,
        Categorical = categorical,
    };
}
