using System.Globalization;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Data.Refusals;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using MoE.Host.Plots;
using MoE.Host.PredictionFiles;
using MoE.Host.Terminal;

namespace MoE.Host.Commands.Evaluate;

/// <summary>One run of <c>moe evaluate</c>: from the source to the summary.</summary>
internal sealed class EvaluateRun(EvaluateRequest request, TextWriter output, TextWriter error)
{
    /// <summary>The exit code of the run, after everything was printed.</summary>
    public async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        try
        {
            using var source = SourceArgument.Open(
                request, error.WriteLine, new SourceWait(TimeProvider.System, signals.Stop));
            error.WriteLine($"{source.Name}  {Describe(source.Schema)}  {Hardware.Describe()}");
            return await RunAsync(source, signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            error.WriteLine($"stopped before the first row of {SourceArgument.NameOf(request)}");
            return ExitCode.Done;
        }
    }

    private async Task<int> RunAsync(IRowSource source, CancellationToken stop)
    {
        var (result, history, failure) = await LearnAsync(source, stop);
        var code = Tell(source, result, failure, stop);
        Draw(result, history);
        return code;
    }

    private int Tell(IRowSource source, RunResult result, Exception? failure, CancellationToken stop)
    {
        if (result.Scores.Rows + result.Scores.Refused > 0)
            Print(result);
        if (failure is not null)
            return MoeCommandLine.Fail(failure);
        if (stop.IsCancellationRequested)
            NoteStop(result, LearningEnd.IsLive(source));
        else if (result.Scores is { Rows: 0, Refused: 0 })
            return MoeCommandLine.Fail(new SourceException($"{result.Source} has no rows; there is nothing to learn."));
        return ExitCode.Done;
    }

    private async Task<(RunResult Result, PlotHistory History, Exception? Failure)> LearnAsync(
        IRowSource source, CancellationToken stop)
    {
        var output = request.Predictions is { } path ? OutputArgument.At(path, request.Source) : null;
        output?.CheckOpen();
        using var end = new LearningEnd(source, error.WriteLine, stop);
        await using var evaluation = await StartAsync(source, end.Opening);
        var before = evaluation.Progress;
        // Where the user says what the rows are, all of them are offered: the model knows which of them it has read.
        var begin = request.Offset is null ? before : before with { Offset = 0, SourceRows = 0 };
        var refusals = new RefusalNotes(error.WriteLine);
        var observed = new ObservedSource(Limited(source, begin.SourceRows), refusals.Take);
        var guarded = new GuardedSource(observed, request.Settings.Refusals, begin.SourceRows);
        RefuseVague(source, before);
        SourceArgument.Know(source, begin.Terms);
        await guarded.SkipToAsync(begin.Offset, stop);
        if (before.Device is { } device)
            error.WriteLine(PlainText.OneLine($"{device}"));
        TellProgress(before);
        var scripted = request.Script is { } script ? new ScriptProgress(script, begin.SourceRows) : null;
        var progress = new ProgressTable(
            error, new ProgressPlan(request.Every, before.Rows), Screen.ShowsBold, TimeProvider.System);
        progress.Begin(before.Rows);
        var history = new PlotHistory(before.Rows);
        using var predictions = output is null ? null : new PredictionFile(output, request.Top, before.Terms);
        var observer = new RunObserver(
            progress, request.Plot is null ? null : history, predictions, before.Rows);
        var failure = await TryLearnAsync(evaluation, guarded, scripted, observer.Take, end.Begin());
        var elapsed = observed.Elapsed;
        progress.End();
        refusals.End();
        TellLeft(scripted);
        var report = await evaluation.ReportAsync();
        var experts = report.Roster.Members
            .Zip(report.Experts, report.Devices).Select(e => new ExpertResult(e.First, e.Second, e.Third))
            .Where(expert => expert.Member.Mode != ExpertMode.Reserve);
        var result = new RunResult(source.Name, report.Scores, [.. experts], report.Duplicates, report.Fingerprint,
            report.Scores.Rows - before.Rows, elapsed)
        {
            Changes = observer.Changes,
            Drifts = observer.Drifts,
        };
        return (result, history, failure);
    }

    private async Task<IEvaluation> StartAsync(IRowSource source, CancellationToken stop) => request.Single
        ? new SingleEvaluation(source.Schema, request.Settings.Mixture)
        : await ActorEvaluation.StartAsync(source, request.Settings, stop);

    // What went wrong with the source is told after the summary of what was learned before.
    private static async Task<Exception?> TryLearnAsync(
        IEvaluation evaluation, IRowSource source, ScriptProgress? script, Action<BatchOutcome> onBatch,
        CancellationToken stop)
    {
        try
        {
            await evaluation.LearnAsync(source, script, onBatch, stop);
            return null;
        }
        catch (Exception e) when (e is SourceException or TooManyRefusalsException)
        {
            return e;
        }
    }

    private IRowSource Limited(IRowSource source, long learned) =>
        request.Rows is { } rows ? new LimitedSource(source, rows, learned) : source;

    private void RefuseVague(IRowSource source, SourceProgress before)
    {
        if (request.Offset is null && before.Offset > 0 && source is OffsetSource { Rows.Id.Kind: SourceKind.Stream })
            throw new SourceException(string.Create(CultureInfo.InvariantCulture,
                $"The model has already read {before.Offset:N0} rows of '{request.SourceName}'; pass --offset N, the "
                + $"number of rows of '{request.SourceName}' that come before those on {source.Name}."));
    }

    private void TellProgress(SourceProgress before)
    {
        if (before.Offset > 0)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"continues after row {before.Offset:N0}; {before.Rows:N0} rows were learned before"));
        else if (before.Rows > 0)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"a new source; the model has learned {before.Rows:N0} rows of other sources"));
    }

    private void TellLeft(ScriptProgress? scripted)
    {
        if (scripted?.Left is not { Count: > 0 } left)
            return;
        var count = left.Count == 1 ? "1 command of the script was" : $"{left.Count} commands of the script were";
        error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count} not reached; the next one is due after row {left.First().Row:N0}"));
    }

    private void Print(RunResult result)
    {
        IEnumerable<string> lines = request.Json ? [JsonSummary.Write(result)] : Summary.Write(result);
        foreach (var line in lines)
            output.WriteLine(PlainText.OneLine(line));
    }

    // A run that had nothing to learn leaves the picture of the run before as it is.
    private void Draw(RunResult result, PlotHistory history)
    {
        if (request.Plot is not { } path)
            return;
        if (history.Points.Count == 0)
        {
            error.WriteLine($"{path} was not written: no row was learned in this run");
            return;
        }
        var heading = new PlotHeading(
            result.Source, result.Scores.Rows, result.Scores.Accuracy, result.Fingerprint);
        PlotFile.Write(path, heading, history);
        error.WriteLine($"plot written to {path}");
    }

    private void NoteStop(RunResult result, bool isLive)
    {
        var isRepeatable = request.Settings.Durability.IsDurable && !isLive;
        var next = isRepeatable ? "; run the same command to continue" : "";
        error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"stopped after {result.Scores.Rows:N0} rows of {result.Source}{next}"));
    }

    private static string Describe(Schema schema)
    {
        var names = schema.Categorical == 0 ? "" : $" ({schema.Categorical} categorical)";
        var features = schema.Features.Count == 1 ? "feature" : "features";
        return $"{schema.Features.Count} {features}{names}, predicts {schema.Target.Name}";
    }
}
