namespace MoE.Host.Plots;

/// <summary>Something that happened at a row of a run.</summary>
/// <param name="Row">Rows learned before it.</param>
/// <param name="Name">What, in two words.</param>
/// <param name="Text">What and why, in one sentence.</param>
/// <param name="IsDrift">Whether the stream has changed, and not the pool.</param>
internal sealed record PlotMark(long Row, string Name, string Text, bool IsDrift)
{
    /// <summary>The class of its line.</summary>
    public string Css => IsDrift ? "drift" : "change";
}
