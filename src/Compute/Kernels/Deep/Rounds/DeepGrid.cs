using ILGPU;

namespace MoE.Compute.Kernels.Deep.Rounds;

/// <summary>Where a group stands in a launch of one tile per group: all tiles of step 0, of step 1, ...</summary>
internal struct DeepGrid
{
    /// <summary>The step.</summary>
    public int Step;

    /// <summary>Where the group's tile begins.</summary>
    public int FirstRow, FirstColumn;

    /// <summary>The group's place, of tiles of a matrix of so many rows and columns.</summary>
    public static DeepGrid Of(QuadShared shared, int rows, int columns)
    {
        var across = TilesOf(columns, shared.Across);
        var tiles = TilesOf(rows, shared.Down) * across;
        var tile = Grid.IdxX % tiles;
        return new DeepGrid
        {
            Step = Grid.IdxX / tiles,
            FirstRow = tile / across * 4 * shared.Down,
            FirstColumn = tile % across * 4 * shared.Across,
        };
    }

    /// <summary>Tiles that so many numbers need, where a group has so many threads in that direction.</summary>
    public static int TilesOf(int numbers, int threads) => (numbers + (4 * threads) - 1) / (4 * threads);

    /// <summary>This thread's first row.</summary>
    public readonly int Row(QuadShared shared) => FirstRow + (4 * shared.Y);

    /// <summary>This thread's first column.</summary>
    public readonly int Column(QuadShared shared) => FirstColumn + (4 * shared.X);
}
