using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using MoE.Actors;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Refusals;
using MoE.Compute.Files;
using MoE.Compute.Prediction;
using MoE.Host.Commands.Evaluate;
using MoE.Host.PredictionFiles;
using MoE.Host.Terminal;

namespace MoE.Host.Commands.Predict;

/// <summary>
/// One run of <c>moe predict</c>: one thread reads rows, all processors predict them, and the lines are written in the
/// rows' order.
/// </summary>
internal sealed class PredictRun(PredictRequest request, TextWriter error)
{
    private const int RowsAtOnce = 256;

    private readonly PredictionLines _lines = new(request.Format, request.Top, hasActual: false);
    private readonly ProgressPlan _plan = new();
    private long _rows;
    private long _refused;
    private long _labelled;
    private long _right;

    /// <summary>The exit code of the run, after everything was written.</summary>
    public async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        var output = request.Output is { } path ? OutputArgument.At(path, request.Model, request.Source) : null;
        output?.CheckOpen();
        try
        {
            var warmUp = Task.Run(() => WarmUp.Run(new MixtureOptions()), CancellationToken.None);
            var mixture = await LoadAsync(signals.Stop);
            var predictor = mixture.Predictor();
            using var source = Open(mixture, signals.Stop);
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{source.Name}  predicts {mixture.Schema.Target.Name}; {mixture.Gate.Scores().Rows:N0} rows learned"));
            await using var lines = output is null
                ? StandardStreams.OpenOutput()
                : await output.OpenAsync(signals.Stop);
            await warmUp;
            return await PredictAsync(source, predictor, lines, signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            error.WriteLine("stopped before the first row");
            return ExitCode.Done;
        }
    }

    private async Task<int> PredictAsync(
        GuardedSource source, Predictor predictor, Stream output, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        byte[][] names = [.. predictor.Classes.Select(_lines.Encode)];
        output.Write(Encoding.UTF8.GetBytes(_lines.Header));
        var chunks = Channel.CreateBounded<Task<Chunk>>(2 * Environment.ProcessorCount);
        var writing = WriteAsync(chunks, output, begin);
        var failure = await ReadAsync(source, chunks.Writer,
            rows => Task.Run(() => Predict(rows, predictor, names), CancellationToken.None), stop);
        chunks.Writer.TryComplete();
        await writing;
        output.Flush();
        Tell(predictor, Stopwatch.GetElapsedTime(begin), stop);
        if (failure is not null)
            return MoeCommandLine.Fail(failure);
        return _rows + _refused > 0 || stop.IsCancellationRequested ? ExitCode.Done
            : MoeCommandLine.Fail(new SourceException($"{source.Name} has no rows; there is nothing to predict."));
    }

    /// <summary>Reads to the end; what the source throws comes back, once what it gave before is under way.</summary>
    private async Task<Exception?> ReadAsync(
        GuardedSource source, ChannelWriter<Task<Chunk>> chunks, Func<RowBatch, Task<Chunk>> predict,
        CancellationToken stop)
    {
        var refusals = new RefusalNotes(error.WriteLine);
        try
        {
            // room for one more, unless the writing has failed
            while (!stop.IsCancellationRequested && await chunks.WaitToWriteAsync(CancellationToken.None)
                && source.Read(RowsAtOnce) is { } rows)
            {
                foreach (var refusal in rows.Refusals)
                    refusals.Take(refusal);
                _refused += rows.Refusals.Count;
                if (rows.Rows > 0)
                    chunks.TryWrite(predict(rows));
            }
            return null;
        }
        catch (Exception e) when (e is SourceException or TooManyRefusalsException)
        {
            return e;
        }
        finally
        {
            refusals.End();
        }
    }

    private async Task WriteAsync(Channel<Task<Chunk>> chunks, Stream output, long begin)
    {
        try
        {
            await foreach (var task in chunks.Reader.ReadAllAsync())
            {
                var chunk = await task;
                output.Write(chunk.Lines.Span);
                if (!chunks.Reader.TryPeek(out _))
                    output.Flush();                          // nothing waits: whoever reads gets what there is
                (_rows, _labelled, _right) = (_rows + chunk.Rows, _labelled + chunk.Labelled, _right + chunk.Right);
                if (_plan.Due(_rows))
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{_rows,12:N0} rows{Speed(_rows, Stopwatch.GetElapsedTime(begin))}"));
            }
        }
        finally
        {
            chunks.Writer.TryComplete();                     // the reading ends, too, where nothing can be written
        }
    }

    private Chunk Predict(RowBatch rows, Predictor predictor, byte[][] names)
    {
        rows = predictor.Translate(rows);
        var predictions = predictor.Predict(rows);
        var lines = new ArrayBufferWriter<byte>(rows.Rows * 32);
        _lines.Write(rows, predictions, names, lines);
        var (labelled, right) = (0, 0);
        for (var row = 0; row < rows.Rows; row++)
            if (rows.Targets[row] >= 0)
                (labelled, right) = (labelled + 1, right + (rows.Targets[row] == predictions.Classes[row] ? 1 : 0));
        return new Chunk(lines.WrittenMemory, rows.Rows, labelled, right);
    }

    private async Task<Mixture> LoadAsync(CancellationToken cancel)
    {
        if (request.Model is { } file)
            return Mixture.Load(file);
        var stored = await ModelStore.ReadAsync(request.Settings.Durability, cancel);
        foreach (var damage in stored.Damages)
            error.WriteLine($"moe: warning: {damage}");
        var latest = LatestModel.Of(stored, request.Settings.Mixture.Growth)
            ?? throw new ModelException($"{stored.Place} has no intact checkpoint; there is no model to predict with.");
        if (latest.Left is { } left)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"moe: warning: {left}; using the model after batch {latest.Model.Progress.LastBatch:N0}."));
        return Mixture.From(latest.Model);
    }

    private GuardedSource Open(Mixture mixture, CancellationToken stop)
    {
        var rows = SourceArgument.OpenToPredict(
            request, mixture.Schema, error.WriteLine, new SourceWait(TimeProvider.System, stop));
        SourceArgument.Know(rows, mixture.Terms);
        return new GuardedSource(
            request.Rows is { } most ? new LimitedSource(rows, most) : rows, request.Settings.Refusals);
    }

    private void Tell(Predictor predictor, TimeSpan elapsed, CancellationToken stop)
    {
        error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_rows:N0} rows predicted, {_refused:N0} refused; ")
            + string.Create(CultureInfo.InvariantCulture,
                $"model after batch {predictor.Number:N0}{Speed(_rows, elapsed)}"));
        if (_labelled > 0)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{_labelled:N0} of them have a label that the model knows; ")
                + string.Create(CultureInfo.InvariantCulture, $"{100d * _right / _labelled:F2} % are correct"));
        if (stop.IsCancellationRequested)
            error.WriteLine("stopped by a signal; later rows were not predicted");
    }

    private static string Speed(long rows, TimeSpan elapsed) => elapsed.TotalMilliseconds < 100 ? "" : string.Create(
        CultureInfo.InvariantCulture, $", {rows / elapsed.TotalSeconds:N0} rows/s");

    /// <summary>Some rows' lines, and what is counted of them.</summary>
    private sealed record Chunk(ReadOnlyMemory<byte> Lines, int Rows, int Labelled, int Right);
}
