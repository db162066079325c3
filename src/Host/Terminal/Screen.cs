using System.Text;
using MoE.Compute;
using MoE.Compute.Files;

namespace MoE.Host.Terminal;

/// <summary>What this process writes to: results to standard output, all else to standard error.</summary>
internal static class Screen
{
    private static PlainWriter? _output;

    /// <summary>
    /// Whether standard error, where progress goes, is a terminal that is allowed to show bold letters
    /// (https://no-color.org).
    /// </summary>
    public static bool ShowsBold { get; } = !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Takes both streams over, before anything is written.</summary>
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
/// Standard output, or standard error, as all of moe writes it: control characters from outside come out as ?, and what
/// cannot be written (the stream is closed, its disk is full) ends no run, but is remembered.
/// </summary>
/// <param name="inner">Where the text goes; null where the stream is closed.</param>
/// <param name="allowed">The one line that is written as it is.</param>
internal sealed class PlainWriter(TextWriter? inner, string? allowed = null) : TextWriter
{
    /// <summary>Why something was not written; null where all was.</summary>
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

    /// <summary>Writes one line, whatever is in it.</summary>
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
