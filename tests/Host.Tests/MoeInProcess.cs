using MoE.Host.Commands;

namespace MoE.Host.Tests;

/// <summary>
/// Runs moe inside the tests' own process, which takes a tenth of the time that a start takes: the same arguments, lines
/// and exit code. What concerns a process itself (its input, signals, folder, variables, or bytes on standard output) is
/// for <see cref="MoeProcess"/>.
/// </summary>
internal static class MoeInProcess
{
    private static readonly SemaphoreSlim One = new(1);          // there is one console

    public static Task<Outcome> RunAsync(params string[] args) => RunAsync(() => MoeProgram.RunAsync(args));

    /// <summary>What is written to the console until <paramref name="run"/> gives its exit code.</summary>
    public static async Task<Outcome> RunAsync(Func<Task<int>> run)
    {
        await One.WaitAsync();
        var (output, error) = (Console.Out, Console.Error);
        try
        {
            using var said = new StringWriter();
            using var warned = new StringWriter();
            Console.SetOut(said);
            Console.SetError(warned);
            var code = await Task.Run(run);
            return new(code, $"{said}", $"{warned}");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            One.Release();
        }
    }
}
