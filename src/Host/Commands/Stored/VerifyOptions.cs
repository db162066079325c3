using System.CommandLine;
using MoE.Host.Commands.Measures;

namespace MoE.Host.Commands.Stored;

/// <summary>How to verify a log.</summary>
/// <param name="Device">The device for what a device computed; null for the one that did.</param>
internal sealed record VerifyRequest(string? Device);

/// <summary>The options for verifying a log.</summary>
internal sealed class VerifyOptions
{
    private readonly NamedDevices _named = new(
        "Device to verify the batches that a device computed, such as cuda:0. Default: the same device.");

    /// <summary>Asks for verification.</summary>
    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Replays the log from the oldest checkpoint and compares every number with the newest one.",
    };

    /// <summary>Names the device that verifies.</summary>
    public Option<string> Device => _named.Device;

    /// <summary>What is asked for; null where the log is not to be verified.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="file">The model file that is looked at; null for a store.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public VerifyRequest? Read(ParseResult line, string? file, List<string> problems)
    {
        var (isAsked, device) = (line.GetValue(Verify), line.GetValue(Device));
        if (isAsked && file is not null)
            problems.Add($"--verify replays a log, but the model file {file} has none; leave out one of the two.");
        if (!isAsked && device is not null)
            problems.Add($"--device {device} selects the device for --verify; give --verify too.");
        if (isAsked && device is not null)
            _named.Read(line, problems);
        return isAsked ? new VerifyRequest(device) : null;
    }
}
