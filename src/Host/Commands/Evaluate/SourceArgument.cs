using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Generators;
using MoE.Host.Commands.Predict;

namespace MoE.Host.Commands.Evaluate;

/// <summary>Opens the SOURCE of a command line.</summary>
internal static class SourceArgument
{
    /// <summary>The file of that name; if there is none, the generator of that name.</summary>
    /// <exception cref="SourceException">Neither exists, or the file cannot be used.</exception>
    /// <exception cref="InvalidOptionsException">An option for files was given with a generator.</exception>
    public static IRowSource Open(EvaluateRequest request, Action<string> notice, SourceWait wait)
    {
        var rows = OpenRows(request, notice, wait);
        return request.SourceName is { } name
            ? new OffsetSource(rows, SourceId.Named(name), request.Offset ?? 0)
            : rows;
    }

    /// <summary>Opens rows to predict, with the columns of a model.</summary>
    /// <exception cref="SourceException">The source does not exist, or lacks a column of the model.</exception>
    public static IRowSource OpenToPredict(
        PredictRequest request, Schema schema, Action<string> notice, SourceWait wait)
    {
        if (request.Source == RowSources.StandardInput || Path.Exists(request.Source))
            return RowSources.Open(request.Source, new CsvOptions { Model = schema }, notice, wait);
        var rows = Generate(request.Source, request.Settings.Mixture.Seed, request.Rows);
        if (rows.Schema != schema)
            throw new SourceException($"The generator {request.Source} has other columns than the model; give the "
                + "generator that the model learned from, or a file.");
        return rows;
    }

    /// <summary>Makes a file or stream number its names like the model; a generator has its own names.</summary>
    /// <exception cref="SourceException">The source has no column for a name.</exception>
    public static void Know(IRowSource source, IEnumerable<Term> terms)
    {
        switch (source)
        {
            case OffsetSource part:
                Know(part.Rows, terms);
                break;
            case CsvReader reader:
                reader.Know(terms);
                break;
        }
    }

    /// <summary>The name of the source in messages, before it is open.</summary>
    public static string NameOf(EvaluateRequest request) =>
        request.Source == RowSources.StandardInput ? "standard input" : request.Source;

    private static IRowSource OpenRows(EvaluateRequest request, Action<string> notice, SourceWait wait)
    {
        var name = request.Source;
        if (name == RowSources.StandardInput || Path.Exists(name))
            return RowSources.Open(name, Csv(request), notice, wait);
        if (Generators.Has(name))
            RefuseFileOptions(request);
        return Generate(name, request.Settings.Mixture.Seed, request.Rows);
    }

    private static IRowSource Generate(string name, long seed, long? rows) => Generators.Has(name)
        ? Generators.Create(name, new GeneratorOptions { Seed = seed, Rows = rows ?? new GeneratorOptions().Rows })
        : throw new SourceException($"There is no file '{name}' and no generator of that name."
            + NearestName.Suggestion(name.Split(':')[0], Generators.Names));

    private static CsvOptions Csv(EvaluateRequest request)
    {
        var options = new CsvOptions
        {
            Target = request.Target,
            Categorical = request.Categorical,
            MaxClasses = request.Settings.Mixture.MaxClasses,
        };
        return request.Schema is { } schema ? options.With(SchemaFile.Read(schema, request.Source)) : options;
    }

    private static void RefuseFileOptions(EvaluateRequest request)
    {
        (string Option, bool Given)[] options =
        [
            ("--target", request.Target is not null),
            ("--categorical", request.Categorical.Count > 0),
            ("--schema", request.Schema is not null),
        ];
        var problems = options.Where(o => o.Given)
            .Select(o => $"{o.Option} applies to files only; {request.Source} is a generator.")
            .ToList();
        if (problems.Count > 0)
            throw new InvalidOptionsException(problems);
    }
}
