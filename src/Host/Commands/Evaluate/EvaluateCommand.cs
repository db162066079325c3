namespace MoE.Host.Commands.Evaluate;

/// <summary>The verb <c>evaluate</c>.</summary>
internal static class EvaluateCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new EvaluateOptions();
        var verb = new Verb("evaluate",
            "Predicts every row of a stream, then learns it, and says how good the predictions were.",
            "moe evaluate rbf-fast --rows 10000 --seed 1");
        verb.Arguments.Add(options.Source);
        foreach (var option in options.All)
            verb.Options.Add(option);
        options.Source.Validators.Add(source =>
        {
            if (source.Tokens is [{ Value: ['-', _, ..] } token])
                source.AddError(MoeCommandLine.UnknownOption(verb, token.Value));
        });
        verb.SetAction((line, _) =>
        {
            var request = new RequestReader(options, line, Environment.GetEnvironmentVariables()).Read();
            return new EvaluateRun(request, Console.Out, Console.Error).RunAsync();
        });
        return verb;
    }
}
