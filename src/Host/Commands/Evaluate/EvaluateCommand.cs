namespace MoE.Host.Commands.Evaluate;

/// <summary>The verb <c>evaluate</c>.</summary>
internal static class EvaluateCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new EvaluateOptions();
        var verb = new Verb("evaluate",
            "Predicts every row of a stream, then learns it, and reports how good the predictions were.",
            "moe evaluate rbf-fast --rows 10000 --seed 1")
        {
            Needs = "a source: a file, - for standard input, or a generator",
            Takes = "one source",
        };
        verb.Add(options.Source, options.All);
        verb.SetAction((line, _) =>
        {
            var request = new RequestReader(options, line, Environment.GetEnvironmentVariables()).Read();
            return new EvaluateRun(request, Console.Out, Console.Error).RunAsync();
        });
        return verb;
    }
}
