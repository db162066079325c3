using MoE.Compute.Experts;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>
/// Where an expert's numbers are and are computed with. What is asked is done in the order in which it was asked, at
/// once or later: then the answer comes to the expert as a message.
/// </summary>
internal interface IExpertBackend
{
    /// <summary>Takes the expert through rows; null where the answers come later, in RowsProcessed.</summary>
    /// <param name="job">The rows.</param>
    /// <param name="used">An array that nobody reads any more.</param>
    float[]? Process(ProcessRows job, float[]? used);

    /// <summary>The numbers after everything asked before; null where they come later, in ImageRead.</summary>
    /// <param name="purpose">What they are asked for.</param>
    ReadOnlyMemory<byte>? Read(object purpose);

    /// <summary>
    /// What a newcomer is to begin as after everything asked before; null where the answer comes later, in CopyKept or
    /// ImageRead.
    /// </summary>
    /// <param name="purpose">What it is asked for.</param>
    InitialState? Clone(CloneState purpose);

    /// <summary>
    /// What predicts by the numbers after everything asked before; null where they come later, in ImageRead.
    /// </summary>
    /// <param name="purpose">What it is asked for.</param>
    IPredictor? Snapshot(TakeSnapshot purpose);

    /// <summary>Lets the numbers go.</summary>
    void Leave();
}
