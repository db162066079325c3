namespace MoE.Torture.Tests;

/// <summary>A pool with one expert of each kind and a few routed ones, all small: its rows are quick.</summary>
internal static class SmallModel
{
    private const string Shared = """
        moe.pool.shared=["hat: mlp input=hat hidden=8", "averaged: mlp input=z hidden=8 optimizer=adam average=0.003",
        "fern: fern count=16 depth=5 rate=0.1", "cross: cross bits=10 pairs=20",
        "memory: memory size=100 near=8 wide=10"]
        """;

    private const string Routed = """moe.pool.routed=["bank-* x6: mlp input=z hidden=8 optimizer=sgd rate=0.03"]""";

    /// <summary>The command line; a line of progress for every batch or <paramref name="every"/> rows.</summary>
    public static string[] Evaluate(long rows, int every = 64) =>
    [
        "evaluate", "rbf-fast", "--rows", $"{rows}", "--json", "--every", $"{every}",
        "--set", Shared.ReplaceLineEndings(" "), "--set", Routed,
    ];

    /// <summary>The same in a data directory, with a checkpoint after every so many milliseconds.</summary>
    public static string[] Evaluate(long rows, string directory, int checkpointMilliseconds, int every = 64) =>
    [
        .. Evaluate(rows, every), "--data-dir", directory,
        "--set", $"moe.checkpoint.interval={checkpointMilliseconds}ms",
    ];

    /// <summary>The same, while experts come and go as a script in a file says.</summary>
    public static string[] Evaluate(long rows, string directory, int checkpointMilliseconds, int every, string script) =>
        [.. Evaluate(rows, directory, checkpointMilliseconds, every), "--script", script, "--set", "moe.growth.mode=off"];

    /// <summary>The same under a name in a database.</summary>
    public static string[] EvaluateIn(string model, long rows, int checkpointMilliseconds) =>
    [
        .. Evaluate(rows), "--set", $"moe.model={model}",
        "--set", $"moe.checkpoint.interval={checkpointMilliseconds}ms",
    ];
}
