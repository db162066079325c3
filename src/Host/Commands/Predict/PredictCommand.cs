namespace MoE.Host.Commands.Predict;

/// <summary>The verb <c>predict</c>.</summary>
internal static class PredictCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new PredictOptions();
        var verb = new Verb("predict",
            "Predicts every row of a file or a stream with a stored model, and learns nothing.",
            "moe predict sea --rows 1000 --seed 2 --data-dir my-model --top 2 --output predictions.csv")
        {
            Needs = "a source: a file, - for standard input, or a generator",
            Takes = "one source",
        };
        verb.Add(options.Source, options.All);
        verb.SetAction((line, _) => new PredictRun(options.Read(line), Console.Error).RunAsync());
        return verb;
    }
}
