using System.Diagnostics;
using System.Globalization;
using MoE.Needs;

namespace MoE.Host.Tests;

/// <summary>Runs the built moe as a user does.</summary>
internal static class MoeProcess
{
    /// <summary>More than are under way when a signal comes, however slow the machine is.</summary>
    private const long ManyRows = 200_000;

    public static Task<Outcome> RunAsync(params string[] args) => RunAsync(null, args);

    /// <summary>Runs it with a folder as the current one.</summary>
    public static Task<Outcome> RunInAsync(string folder, params string[] args) => RunAsync(null, args, folder: folder);

    public static async Task<Outcome> RunAsync(
        string? input, string[] args, (string Name, string Value)? variable = null, string folder = "")
    {
        using var process = Start(args, variable, folder);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process, output, error);
    }

    /// <summary>
    /// Starts a run, gives it what is there of its input, and sends a signal when a line with this mark is there. A run
    /// that goes on in spite of it is ended, and fails the test.
    /// </summary>
    public static async Task<Outcome> StopAsync(string signal, string mark, string? input, params string[] args)
    {
        using var process = Start(args, null);
        await process.StandardInput.WriteAsync(input);
        await process.StandardInput.FlushAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var lines = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Contains(mark, StringComparison.Ordinal))
                break;
        }
        var before = RowsIn(lines.LastOrDefault() ?? "");
        Interrupts.Send(signal, process.Id);
        var ended = EndAsync(process, output, Task.FromResult(""));
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (RowsIn(line) <= before + ManyRows)
                continue;
            process.Kill();
            await ended;
            throw new InvalidOperationException($"SIG{signal} came after {before:N0} rows, and moe went on to {line}");
        }
        return await ended with { Error = string.Join('\n', lines) + "\n" };
    }

    /// <summary>The rows that a line of progress tells; 0 for another line.</summary>
    private static long RowsIn(string line) => long.TryParse(
        line.TrimStart().Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var rows) ? rows : 0;

    /// <summary>Starts a run that is given its input, and asked for its output, line by line.</summary>
    public static Conversation Talk(params string[] args) => new(Start(args, null));

    /// <summary>A run that reads and writes line by line.</summary>
    public sealed class Conversation(Process process) : IAsyncDisposable
    {
        private readonly Task<string> _error = process.StandardError.ReadToEndAsync();

        /// <summary>Gives it some of its input at once.</summary>
        public async Task SayAsync(string text)
        {
            await process.StandardInput.WriteAsync(text);
            await process.StandardInput.FlushAsync();
        }

        /// <summary>The next line of its output, once it is there.</summary>
        public async Task<string> HearAsync() => await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"moe wrote no more; it said: {await _error}");

        /// <summary>Ends its input; answers its exit code.</summary>
        public async Task<int> EndAsync()
        {
            process.StandardInput.Close();
            return (await MoeProcess.EndAsync(process, process.StandardOutput.ReadToEndAsync(), _error)).ExitCode;
        }

        public ValueTask DisposeAsync()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private static Process Start(string[] args, (string Name, string Value)? variable, string folder = "")
    {
        var start = new ProcessStartInfo("dotnet", [Moe.Path, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        Moe.StartSoon(start);
        if (variable is var (name, value))
            start.Environment[name] = value;
        return Interrupts.Start(start);
    }

    private static async Task<Outcome> EndAsync(Process process, Task<string> output, Task<string> error)
    {
        await Ending.OfAsync(process);
        return new(process.ExitCode, await output, await error);
    }
}
