namespace MoE.Compute.Kernels.Launches;

/// <summary>What one thread group is to do in a launch: take one expert through its rows of a batch.</summary>
internal struct WalkStep
{
    /// <summary>The expert's slot in its arena.</summary>
    public int Slot;

    /// <summary>Where its list of rows begins.</summary>
    public int FirstRow;

    /// <summary>Number of its rows.</summary>
    public int Rows;

    /// <summary>Where its answers begin.</summary>
    public int Answer;

    /// <summary>1 where it learns the rows, 0 where it answers only.</summary>
    public int Learns;
}
