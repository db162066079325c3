using System.Text;
using MoE.Compute;
using MoE.Compute.Files;

namespace MoE.Host.Terminal;

/// <summary>
/// The standard streams of the process: results go to standard output, everything else to standard error.
/// </summary>
internal static class Screen
{
    private static PlainWriter? _output;

    /// <summary>
    /// Whether standard error, which shows the progress, is a terminal that may show bold text
    /// (https://no-color.org).
    /// </summary>
    public static bool ShowsBold { get; } = !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Replaces both streams; to be called before anything is written.</summary>
    public static void Open()
    {
        Console.SetError(new PlainWriter(StandardStreams.HasError ? Console.Error : null, ProgressTable.BoldHeadings));
        _output = new PlainWriter(StandardStreams.HasOutput ? Console.Out : null);
        Console.SetOut(_output);
    }

    /// <summary>The exit code of the process: that of its command, unless its result could not be written.</summary>
    public static int Close(int code)
    {
        if (_output?.Failure is not { } failure || code != ExitCode.Done)
            return code;
        Console.Error.WriteLine(
            $"moe: standard output cannot be written: {failure}; redirect it to a place that can be.");
        return ExitCode.BadData;
    }
}

/// <summary>
/// Standard output or standard error of moe: control characters in data are written as ?, and a failed write (the
/// stream is closed, its disk is full) does not end the run, but is remembered.
/// </summary>
/// <param name="inner">The stream; null if it is closed.</param>
/// <param name="allowed">A line that may contain control characters.</param>
internal sealed class PlainWriter(TextWriter? inner, string? allowed = null) : TextWriter
{
    /// <summary>Why a write failed; null if none did.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => inner?.Encoding ?? Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write($"{value}");

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <summary>Writes a text of any number of lines.</summary>
    public override void Write(string? value) => Put(text => text.Write(PlainText.Lines(value ?? "")));

    /// <summary>Writes one line.</summary>
    public override void WriteLine(string? value) =>
        Put(text => text.WriteLine(value == allowed ? value : PlainText.OneLine(value ?? "")));

    /// <inheritdoc/>
    public override void WriteLine() => Put(text => text.WriteLine());

    /// <inheritdoc/>
    public override void Flush() => Put(text => text.Flush());

    private void Put(Action<TextWriter> write)
    {
        if (inner is null)
        {
            Failure ??= "the stream is closed";
            return;
        }
        try
        {
            write(inner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure ??= e.Message.TrimEnd('.').Split(" : '")[0];
        }
    }
}
