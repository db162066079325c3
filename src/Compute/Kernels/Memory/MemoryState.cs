using ILGPU;
using MoE.Compute.Experts.Memory;

namespace MoE.Compute.Kernels.Memory;

/// <summary>What every thread of a group knows alike and keeps to itself while the rows pass.</summary>
internal struct MemoryState
{
    /// <summary>The slot written next, and the slots in use.</summary>
    public int Next, Count;

    /// <summary>The usual distance of the last neighbour.</summary>
    public float Usual;

    /// <summary>Whose turn it is among the counters.</summary>
    public int Turn;

    /// <summary>Takes it from the slot.</summary>
    public static MemoryState Load(MemorySlotView slot) => new()
    {
        Next = slot.Counts[0],
        Count = slot.Counts[1],
        Usual = slot.Usual[0],
    };

    /// <summary>A row was learned, with its last neighbour that far; below 0 where it had none.</summary>
    public void Learned(MemoryShape shape, float farthest)
    {
        if (farthest >= 0f)
            Usual = MemoryRule.Usual(Usual, farthest);
        Next = Next + 1 == shape.Size ? 0 : Next + 1;
        Count = IntrinsicMath.Max(Count, Next == 0 ? shape.Size : Next);
    }

    /// <summary>Writes what learning changed.</summary>
    public readonly void Store(MemorySlotView slot)
    {
        if (Group.IdxX != 0)
            return;
        slot.Counts[0] = Next;
        slot.Counts[1] = Count;
        slot.Usual[0] = Usual;
    }
}
