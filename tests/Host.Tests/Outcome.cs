namespace MoE.Host.Tests;

/// <summary>What a run of moe that ended left.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string LastLine => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
}
