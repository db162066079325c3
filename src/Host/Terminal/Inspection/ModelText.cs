using System.Globalization;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal.Inspection;

/// <summary>A stored model as text for people.</summary>
internal static class ModelText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The lines, without their ends.</summary>
    public static IEnumerable<string> Write(ModelDescription model, Verification? verification) =>
        Lines(model, verification).Select(PlainText.OneLine);   // no name out of data is to move the cursor

    private static IEnumerable<string> Lines(ModelDescription model, Verification? verification) =>
    [
        string.Create(Culture, $"{model.Name}: {model.Rows:N0} rows learned, {model.Refused:N0} refused, ")
            + $"{model.Classes.Count} classes",
        "",
        .. Definition(model),
        .. Progress(model),
        "",
        .. Sources(model),
        .. Checkpoints(model),
        .. Roster(model).Lines(),
        "",
        .. Integrity(model),
        .. verification is null ? [] : VerificationText.Write(verification),
    ];

    private static IEnumerable<string> Definition(ModelDescription model)
    {
        yield return $"format        {model.Format}";
        yield return $"predicts      {model.Schema.Target.Name}: {string.Join(", ", model.Classes)}";
        yield return $"features      {model.Schema.Features.Count}: "
            + string.Join(", ", model.Schema.Features.Select(Name));
        yield return $"settings      {Settings(model.Options)}";
        yield return string.Create(Culture, $"began with    {model.Options.Pool.Count:N0} experts: ")
            + string.Join(", ", model.Options.Pool.Select(spec => spec.Id));
    }

    private static string Settings(MixtureOptions options)
    {
        var router = options.Router;
        return string.Create(Culture, $"batch={options.Batch} window={options.Window} seed={options.Seed} ")
            + string.Create(Culture, $"max-classes={options.MaxClasses} router.top-k={router.TopK} ")
            + string.Create(Culture, $"router.bias-rate={router.BiasRate} router.rate={router.Rate} ")
            + string.Join(' ', LaterOptions.Texts(options).Select(later => $"{Short(later.Key)}={later.Text}"));
    }

    private static IEnumerable<string> Progress(ModelDescription model)
    {
        if (model.Epoch is { } epoch)
            yield return string.Create(Culture, $"epoch         {epoch}");
        foreach (var (from, placement) in model.Devices)
            yield return string.Create(Culture, $"computed on   {placement} from batch {from:N0} on")
                + (placement.IsCpu ? "" : $": {string.Join(", ", placement.Kinds)}");
        if (model.Log is { } log)
            yield return string.Create(Culture, $"log           {log.Events:N0} events, {log.Bytes:N0} bytes, ")
                + (log.FirstBatch == 0 ? "no batches"
                    : string.Create(Culture, $"batches {log.FirstBatch:N0} to {log.LastBatch:N0}"));
        if (model.Scores is { } scores)
            yield return string.Create(Culture, $"accuracy      {scores.Accuracy:F2} % after batch {model.Batch:N0}");
        if (model.Fingerprint is { } fingerprint)
            yield return string.Create(Culture, $"fingerprint   {fingerprint} after batch {model.Batch:N0}");
    }

    private static IEnumerable<string> Sources(ModelDescription model)
    {
        if (model.Sources.Count == 0)
            return [];
        var table = new TextTable("source", "read>", "learned>");
        foreach (var source in model.Sources)
            table.Add($"{source.Id}", Number(source.Offset), Number(source.Rows));
        return [.. table.Lines(), ""];
    }

    private static IEnumerable<string> Checkpoints(ModelDescription model)
    {
        if (model.Checkpoints.Count == 0)
            return ["no checkpoint yet", ""];
        var table = new TextTable("checkpoint>", "gate bytes>", "experts' bytes>", "state");
        foreach (var checkpoint in model.Checkpoints)
            table.Add(Number(checkpoint.Batch), Number(checkpoint.GateBytes), Number(checkpoint.ExpertBytes),
                checkpoint.Damages.Count == 0 ? "intact" : "damaged");
        return [.. table.Lines(), ""];
    }

    private static TextTable Roster(ModelDescription model)
    {
        var table = new TextTable("expert", "role", "since>", "image>", "bytes>", "definition", "state");
        foreach (var expert in model.Roster)
            table.Add(expert.Spec.Id, expert.Spec.Role.Name(), Number(expert.Since), Number(expert.Image),
                Number(expert.Bytes), expert.Spec.Text, expert.Dropped is { } dropped
                    ? string.Create(Culture, $"out of the pool from batch {dropped.From:N0}: {dropped.Reason}")
                    : expert.Member.Mode.Name());
        return table;
    }

    private static IEnumerable<string> Integrity(ModelDescription model)
    {
        var events = model.Log is { } log ? string.Create(Culture, $"{log.Events:N0} events and ") : "";
        var looked = string.Create(Culture, $"{events}{model.Images:N0} images checked");
        return model.Damages.Count == 0
            ? [$"intact: {looked}"]
            : [$"damaged: {looked}", .. model.Damages.Select(damage => $"  {damage}")];
    }

    private static string Short(string key) => key["moe.".Length..];

    private static string Name(Column column) =>
        column.Kind == ColumnKind.Categorical ? $"{column.Name} (names)" : column.Name;

    private static string Number(long value) => value.ToString("N0", Culture);
}

/// <summary>What a verification came to, as text for people.</summary>
internal static class VerificationText
{
    /// <summary>The lines, without their ends.</summary>
    public static IEnumerable<string> Write(Verification verification)
    {
        yield return Compared(verification);
        if (verification is { Left: { } left, Checkpoint: not null })
            yield return left;
        if (verification.LastFingerprint is { } fingerprint)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the log ends after batch {verification.LastBatch:N0}: {fingerprint}");
    }

    private static string Compared(Verification verification) => verification switch
    {
        { From: null } => "not verified: there is no intact point from which the log can be replayed",
        { Problem: { } problem } => $"not verified: {problem}",
        { Checkpoint: null, Left: { } left } => $"not verified: {left}",
        { Checkpoint: null } => $"nothing to compare: there is no intact checkpoint after {verification.From}",
        { Differences.Count: > 0 } => $"not verified: replaying the log from {verification.From} does not reproduce "
            + $"checkpoint {verification.Checkpoint}{On(verification)}: differences in "
            + string.Join(", ", verification.Differences),
        _ => $"verified{On(verification)}: replaying the log from {verification.From} reproduces checkpoint "
            + $"{verification.Checkpoint}: {verification.Fingerprint}",
    };
    private static string On(Verification verification) =>
        verification.Devices.Count == 0 ? "" : $" on {string.Join(" and ", verification.Devices)}";
}
