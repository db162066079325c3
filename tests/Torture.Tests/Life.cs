using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MoE.Needs;

namespace MoE.Torture.Tests;

/// <summary>One process of the built moe, from its start to its end, however that comes.</summary>
internal sealed partial class Life : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _errors;
    private readonly List<string> _errorLines = [];
    private readonly TaskCompletionSource _firstRows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Life(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = ReadErrorsAsync();
    }

    /// <summary>Rows of its last progress line; 0 before the first.</summary>
    public long Reported { get; private set; }

    /// <summary>Rows behind which it went on; null before it said so, 0 where it began afresh.</summary>
    public long? WentOnAfter { get; private set; }

    /// <summary>From the start of the process until it had recovered; null before.</summary>
    public TimeSpan? RecoveredAt { get; private set; }

    /// <summary>From the start of the process to its first progress line; null before.</summary>
    public TimeSpan? LearnedAt { get; private set; }

    /// <summary>Bytes of memory that it holds now; 0 once it has ended.</summary>
    public long WorkingSet
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException) when (_process.HasExited)
            {
                return 0;
            }
        }
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Done at its first progress line, or its end.</summary>
    public Task FirstRows => _firstRows.Task;

    /// <summary>Done once it says that it waits for its server.</summary>
    public Task Waits => _waits.Task;

    public static Life Start(IEnumerable<string> arguments) => Start([], arguments);

    /// <summary>Starts moe with what stands <paramref name="before"/> it, such as a namespace.</summary>
    public static Life Start(
        IReadOnlyList<string> before, IEnumerable<string> arguments, (string Name, string Value)? variable = null)
    {
        string[] words = [.. before, "dotnet", Moe.Path, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Moe.StartSoon(start);
        if (variable is var (name, value))
            start.Environment[name] = value;
        return new Life(Process.Start(start)!);
    }

    /// <summary>Waits until the process is so old; whether it is still there then.</summary>
    public async Task<bool> ReachesAsync(TimeSpan age)
    {
        var rest = age - _clock.Elapsed;
        if (rest > TimeSpan.Zero)
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(rest));
        return !_process.HasExited;
    }

    /// <summary>Sends SIGKILL; whether that, and nothing else before it, was the end.</summary>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        return (await EndAsync()).ExitCode == LifeEnd.Killed;
    }

    /// <summary>Waits until the process ends by itself, and for its last words.</summary>
    public async Task<LifeEnd> EndAsync()
    {
        await Ending.OfAsync(_process);
        await _errors;
        return new LifeEnd(_process.ExitCode, await _output, _errorLines, _clock.Elapsed);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (Progress().Match(line) is { Success: true } progress)
            {
                Reported = Number(progress.Groups["rows"].Value);
                LearnedAt ??= _clock.Elapsed;
                _firstRows.TrySetResult();
                continue;
            }
            _errorLines.Add(line);
            if (line.Contains("waiting for ", StringComparison.Ordinal))
                _waits.TrySetResult();
            if (GoesOn().Match(line) is { Success: true } goesOn)
                (WentOnAfter, RecoveredAt) = (Number(goesOn.Groups["rows"].Value), _clock.Elapsed);
            else if (line.Contains("accuracy", StringComparison.Ordinal))
                WentOnAfter ??= 0;
        }
        _firstRows.TrySetResult();
    }

    private static long Number(string text) =>
        long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *(?<rows>[\d,]+) +[\d.]+ %")]
    private static partial Regex Progress();

    [GeneratedRegex(@"^continues after row (?<rows>[\d,]+); \k<rows> rows were learned before$")]
    private static partial Regex GoesOn();
}
