namespace MoE.Compute.Data;

/// <summary>How long a source that may be silent, such as a pipe, is waited for.</summary>
/// <param name="Clock">What time passes by.</param>
/// <param name="Stop">
/// Ends the source where it would be waited for: whole rows that came before are given, nothing more is read.
/// </param>
public sealed record SourceWait(TimeProvider Clock, CancellationToken Stop)
{
    /// <summary>Silence after which the notice says what is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Waits for ever.</summary>
    public static SourceWait ForEver { get; } = new(TimeProvider.System, CancellationToken.None);
}
