namespace MoE.Compute.Gpu.Devices;

/// <summary>An accelerator cannot be used; the message says which and why.</summary>
public sealed class DeviceException(string message, Exception? cause = null) : Exception(message, cause);
