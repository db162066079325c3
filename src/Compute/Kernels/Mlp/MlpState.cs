using ILGPU;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>What every thread of a group knows alike and keeps to itself while the rows pass.</summary>
internal struct MlpState
{
    /// <summary>Classes known, rows of inputs so far.</summary>
    public int Classes, Rows;

    /// <summary>Where first weights are drawn from.</summary>
    public ulong Seed;

    /// <summary>Rows learned, and steps of the average.</summary>
    public long Learned, Steps;

    /// <summary>Takes it from the slot.</summary>
    public static MlpState Load(MlpShape shape, MlpSlotView slot) => new()
    {
        Classes = slot.Ints[0],
        Rows = slot.Ints[1],
        Seed = (ulong)slot.Longs[0],
        Learned = shape.Average > 0f ? slot.Longs[1] : 0,
        Steps = shape.Average > 0f ? slot.Longs[2] : 0,
    };

    /// <summary>Writes what learning changed.</summary>
    public readonly void Store(MlpSlotView slot)
    {
        if (Group.IdxX != 0)
            return;
        slot.Ints[0] = Classes;
        slot.Ints[1] = Rows;
        slot.Longs[1] = Learned;
        slot.Longs[2] = Steps;
    }
}
