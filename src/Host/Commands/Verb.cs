using System.CommandLine;

namespace MoE.Host.Commands;

/// <summary>A command with an example, which its help shows and a test runs.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    /// <summary>A command line that can be run as it stands.</summary>
    public string Example { get; } = example;
}
